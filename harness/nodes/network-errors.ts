/**
 * What the kernel answers to whoever wants to send where the network does not let it (errno(3), in the C locale), and
 * ip-netns(8) where the namespace is not there: these say something about the network. Whatever else ping ends with says
 * something about ping.
 */
export const NETWORK_ERRORS =
  /(Network is unreachable|No route to host|Host is down|Network is down|Operation not permitted|Permission denied|Invalid argument|Cannot assign requested address|No buffer space available|Message too long|No such device|want to ping broadcast)/
