// Stands in for the process that holds libwebrtc; what it does wrong is the name of the "package" it is given.
const fault = process.argv[2];
const tell = (message) => process.send(message);
process.on('disconnect', () => process.exit(0));
if (fault === 'crash') {
  process.stderr.write('no such symbol');
  process.exit(7);
}
if (fault === 'nonsense') tell({ kind: 'ready', version: 42 });
else tell({ kind: 'ready', version: '9.9.9' });
process.on('message', ({ kind }) => {
  if (kind === 'close' && fault !== 'deaf') process.exit(0);
  if (kind === 'speak' && fault === 'dies') process.kill(process.pid, 'SIGKILL');
  if (kind === 'speak' && fault === 'well') tell({ kind: 'speaking', atMs: Number(process.hrtime.bigint()) / 1e6 });
  if (kind === 'finish' && fault === 'well') {
    const atMs = Number(process.hrtime.bigint()) / 1e6 - 20;
    tell({ kind: 'heard', atMs, sampleRateHz: 48000, samples: new Int16Array(480).fill(8192) });
    // Ten milliseconds later, and told late.
    tell({ kind: 'heard', atMs: atMs + 17, sampleRateHz: 48000, samples: new Int16Array(480).fill(-8192) });
    tell({ kind: 'finished', inbound: { packetsReceived: 1 } });
  }
});
