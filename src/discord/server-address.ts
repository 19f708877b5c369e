// Another server than Discord: which hosts are its own. What members upload there lies there, too.

const discord = /(^|\.)discord\.com$/;
const loopback: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Hosts (with port) that attachments may come from because the API is there; none where it is Discord's, whose CDN is elsewhere. */
export function hostsBeside(apiUrl: string): readonly string[] {
  const { host, hostname, port } = new URL(apiUrl);
  if (discord.test(hostname)) return [];
  // The same port of this machine under its other names.
  return loopback.includes(hostname) ? loopback.map((name) => (port === '' ? name : `${name}:${port}`)) : [host];
}
