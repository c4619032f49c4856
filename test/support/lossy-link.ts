import { execFileSync } from 'node:child_process';

/** A network namespace behind a pair of virtual interfaces, of which the inner one drops packets at random (nftables). Needs Linux and root. */
export interface LossyLink {
  readonly namespace: string;
  /** The address inside, and the one of this side. */
  readonly innerAddress: string;
  readonly outerAddress: string;
  readonly outerInterface: string;
  /** Voice packets of the relayed calls that came in, and how many of them were dropped. */
  counts(): { readonly arrived: number; readonly dropped: number };
  remove(): void;
}

/** A /30 of the range for benchmarks (RFC 2544), which no network uses. */
const OUTER = '198.18.77.1';
const INNER = '198.18.77.2';
/** Voice in a TURN channel: behind the UDP header (8 bytes) and the channel's (4) stand RTP's first byte and payload type 111. */
const IS_VOICE = '@th,96,8 0x80 @th,105,7 111';

/** @returns why there can be no such link here; null when there can */
export function noLossyLink(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux, and root';
  try {
    execFileSync('nft', ['--version'], { stdio: 'ignore' });
    execFileSync('unshare', ['-n', 'ip', 'link', 'add', 'name', 'cpa0', 'type', 'veth', 'peer', 'name', 'cpb0'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'needs nftables, and the right to make a network namespace';
  }
}

/** @param percent of all UDP packets that come in, at random */
export function openLossyLink(percent: number): LossyLink {
  const id = process.pid % 100_000;
  const namespace = `callprobe-${id}`;
  const outerInterface = `cpo${id}`;
  const innerInterface = `cpi${id}`;
  const run = (command: string): string => {
    const [program, ...args] = command.split(' ') as [string, ...string[]];
    return execFileSync(program, args, { encoding: 'utf8' });
  };
  const inside = (command: string): string => run(`ip netns exec ${namespace} ${command}`);
  const remove = (): void => {
    run(`ip netns delete ${namespace}`);
  };
  run(`ip netns add ${namespace}`);
  try {
    run(`ip link add ${outerInterface} type veth peer name ${innerInterface} netns ${namespace}`);
    run(`ip address add ${OUTER}/30 dev ${outerInterface}`);
    run(`ip link set ${outerInterface} up`);
    inside('ip link set lo up');
    inside(`ip address add ${INNER}/30 dev ${innerInterface}`);
    inside(`ip link set ${innerInterface} up`);
    inside('nft add table ip lossy');
    inside('nft add chain ip lossy in { type filter hook input priority 0 ; }');
    inside(`nft add rule ip lossy in iifname ${innerInterface} udp dport 3478 ${IS_VOICE} counter`);
    inside(`nft add rule ip lossy in iifname ${innerInterface} udp dport 3478 ${IS_VOICE} numgen random mod 100 < ${percent} counter drop`);
    inside(`nft add rule ip lossy in iifname ${innerInterface} udp dport 3478 ${IS_VOICE} accept`);
    inside(`nft add rule ip lossy in iifname ${innerInterface} meta l4proto udp numgen random mod 100 < ${percent} drop`);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    namespace,
    innerAddress: INNER,
    outerAddress: OUTER,
    outerInterface,
    counts() {
      const [arrived = 0, dropped = 0] = [...inside('nft list table ip lossy').matchAll(/counter packets (\d+)/g)].map((match) =>
        Number(match[1]),
      );
      return { arrived, dropped };
    },
    remove,
  };
}
