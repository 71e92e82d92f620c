/** How a client is spoken to: what smtpd offers, each on a port of its own. */
export const WAYS = ["STARTTLS and CHUNKING", "PIPELINING", "one command at a time"] as const;
export type Way = (typeof WAYS)[number];

export const DOMAIN = "readers.example";
/** Mail for anybody else there is refused. `$$` is a `$` in main.cf. */
const KNOWN = `/^reader[0-9]+@${DOMAIN}$$/ known`;

/** What each smtpd has of its own: `syslog` is its name in the log. */
export const SERVICES: Readonly<Record<Way, { readonly syslog: string; readonly options: string }>> = {
  "STARTTLS and CHUNKING": { syslog: "chunking", options: "-o smtpd_tls_security_level=encrypt" },
  PIPELINING: { syslog: "pipelining", options: "-o smtpd_discard_ehlo_keywords=chunking" },
  "one command at a time": { syslog: "single", options: "-o smtpd_discard_ehlo_keywords=chunking,pipelining" },
};

/** Postfix's own defaults, as far as they go; and as strict on a client's manners as it can be told to be. */
export function mainCf(directory: string, chain: string): string {
  return `compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file = ${directory}/log/mail.log
maillog_file_prefixes = ${directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
myhostname = mx.postfix.test
mydestination =
alias_maps =
local_recipient_maps =
relay_domains = ${DOMAIN}
relay_recipient_maps = regexp:{{${KNOWN}}}
relay_transport = discard:
default_transport = error:nobody else
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_chain_files = ${chain}
smtpd_tls_loglevel = 1
smtpd_forbid_bare_newline = yes
smtpd_forbid_unauth_pipelining = yes
`;
}

export function masterCf(ports: Readonly<Record<Way, number>>): string {
  const smtpd = WAYS.map((way) => {
    const { syslog, options } = SERVICES[way];
    return `127.0.0.1:${ports[way]} inet n - n - - smtpd -o syslog_name=${syslog} ${options}`;
  });
  // service, type, private, unprivileged, chroot, wakeup, processes, command: see master(5).
  return `${smtpd.join("\n")}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
`;
}
