/**
 * What the browser would otherwise do besides the call. A later list takes the place of the driver's own, so what matters of that one stands here too.
 * - WebRtcHideLocalIpsWithMdns: would announce the call's address to the local network, under a made-up name (multicast DNS)
 * - MediaRouter, DialMediaRouteProvider: look for television sets on the local network
 * - WebUIOmnibox…: would load the page of an address bar that nobody sees, at the cost of a second and a half of one core, just when the call begins
 * - the rest: ask Google about updates, hints, the time, searches, sign-in and translations
 */
const DISABLED_FEATURES = [
  'WebRtcHideLocalIpsWithMdns',
  'MediaRouter',
  'DialMediaRouteProvider',
  'CastMediaRouteProvider',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'PreconnectToSearch',
  'AimEnabled',
  'Translate',
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'DestroyProfileOnBrowserClose',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
] as const;

/** What Chromium is started with, besides what the driver gives it (no window, no extensions, no sync, no updates, an empty profile, orders by a pipe). */
export function chromiumFlags(): string[] {
  return [
    // No name is ever looked up, and no proxy looked for.
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-quic',
    '--no-pings',
    '--no-first-run',
    `--disable-features=${DISABLED_FEATURES.join(',')}`,
    // Lists the loopback interface among those a page may use, where it lists any.
    '--allow-loopback-in-peer-connection',
    // Sound is played at the pace of the machine's clock and heard by nobody: no device, no mixer, no rate but the one asked for.
    '--disable-audio-output',
    '--autoplay-policy=no-user-gesture-required',
    // There is nothing to draw.
    '--disable-gpu',
  ];
}
