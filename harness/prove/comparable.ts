/**
 * What was seen, without what no two labs have in common: MAC addresses, UUIDs, numbers of processes, cookies and registers, port and table
 * numbers of OpenFlow, and how many pings were sent into the void until time was up.
 */
export const comparable = (saw: string | undefined): string | undefined =>
  saw
    ?.replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
    .replaceAll(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, 'MAC')
    .replaceAll(/\b0x[0-9a-f]+\b/g, 'HEX')
    .replaceAll(/\bPID \d+\b/g, 'PID N')
    .replaceAll(/\b(in_port|table|cookie|priority)([= ])\w+/g, '$1$2N')
    .replaceAll(/\b\d+ sent\b/g, 'N sent')
    // How much of a lossy path came through is drawn anew each time; none and all are not.
    .replaceAll(/\b\d+ answered: \d+ of \d+ were lost\b/g, 'N answered: N of N were lost')
    .replaceAll(
      /\bof \d+ ([\w-]+) packets heard on (\S+), \d+ left\b/g,
      'of N $1 packets heard on $2, N left',
    )
    .replaceAll(
      /\b\d+ ([\w-]+) packets left (\S+) by (\S+), and \d+ were heard\b/g,
      'N $1 packets left $2 by $3, and N were heard',
    )
    .replaceAll(/\b\d+ packets for (\S+) left\b/g, 'N packets for $1 left')
    .replaceAll(/\bwhich has dropped \d+ packets\b/g, 'which has dropped N packets')
