/** Verbs of ovs-vsctl(8), ovn-nbctl(8) and ovn-sbctl(8) that write nothing. */
const READ =
  /^(?:show|list|get|find|comment|wait-until|sync|br-exists|(?:iface|port)-to-br|br-to-\w+|dump-flows|lflow-list|(?:list|get)-[\w-]+|[\w-]+-(?:list|get-[\w-]+))$/
/** Programs that show something in whatever way they are called. */
const SHOWS = new Set(
  [
    'ss netstat nstat pgrep pidof lsof dmesg journalctl dpkg-query traceroute tracepath',
    'ovn-trace ovn-detrace ovs-pcap ovs-tcpundump',
  ].flatMap(names => names.split(' ')),
)
/** And what others say when they only show something. */
const SHOWING: [program: RegExp, asked: RegExp][] = [
  [/^ov[sn]\w*-\w+$/, /^(?:-\S+ )*(?:--version|--help|-V|-h)$/],
  [
    /^(?:ovs-(?:ofctl|dpctl)|ovsdb-client)$/,
    /^(?:-\S+ )*(?:(?:-t \d+|-O \S+) )*(?:dump|show|list|monitor|get-schema|queue-get)/,
  ],
  [
    /^ov[sn]-appctl$/,
    /^(?:(?:-T|-t|--timeout|--target)[ =]\S+ )*(?:version|status|connection-status|list-commands|ofproto\/trace|[\w-]+\/(?:show|list|stats|status|dump|get)\S*)(?: |$)/,
  ],
  [
    /^ip$/,
    // Of a link, `s` sets. What a batch does is not in its words.
    /^(?:-(?:n|netns|f|family) \S+ |-(?!b)\w+ |-br\w* )*\w+(?:$| (?:sh|sho|show|l|ls|lst|list|get|identify|pids|monitor)(?: |$))/,
  ],
  [/^(?:bridge|tc|nft)$/, /^(?:-(?!b)\S+ )*(?:\w+ )?(?:show|list|ls)(?: |$)/],
  [/^(?:bridge|tc)$/, /^(?:-(?!b)\S+ )*\w+$/],
  [/^brctl$/, /^show/],
  [/^ip6?tables(?:-\w+)?$/, /^(?:-t \w+ )?(?:-[LS]|--list)/],
  [/^ethtool$/, /^(?:-[kiSacgx] )?[\w.-]+$/],
  [/^sysctl$/, /^(?:-[an](?: |$))*(?!-)(?!.* -)[\w. /-]*$/],
  [/^systemctl$/, /^(?:-\S+ )*(?:status|show|cat|is-\w+|list-\w+)/],
  [
    /^(?:(?:network|hostname|timedate|login|resolve)ctl|nmcli)$/,
    /^$|^(?:-\S+ )*(?:\w+ )?(?:status|show|list)(?: |$)/,
  ],
  [/^ifconfig$/, /^(?:-a ?)?\S*$/],
  [/^(?:route|arp|hostname|mount)$/, /^(?:-\w+(?: |$))*$/],
  [/^(?:busybox|udhcpc)$/, /^(?:udhcpc )?(?:.* )?-s \/bin\/true(?: |$)/],
  [/^sed$/, /^(?!(?:.* )?(?:-\w*i|--in-place))./],
  [/^find$/, /^(?!.* -(?:delete|exec|ok))./],
]

/** Whether a command, by its words, only shows something: then nothing follows from it. In doubt it may have changed something. */
export function onlyLooks(words: string): boolean {
  const [, program, rest] = /^(\S*) ?(.*)$/s.exec(words)!
  if (SHOWS.has(program!)) return true
  if (/^(?:ovs-vsctl|ovn-(?:nb|sb)ctl)$/.test(program!))
    return rest!.split(' -- ').every(part => {
      const verb = part.split(' ').find(word => !word.startsWith('--'))
      return verb === undefined || READ.test(verb)
    })
  return SHOWING.some(([name, asked]) => name.test(program!) && asked.test(rest!))
}
