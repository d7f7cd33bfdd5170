# shellcheck shell=bash
# What the lessons' commands have in common, and those that several lessons use, as functions of root's shell.
# On the nodes they stand before those of physical.sh, router.sh and a lesson's own: source /opt/ovn-lab/day-06/helper.sh
# Each looks first and changes afterwards, says in one sentence what is wrong and returns 2, or 1 where a
# tool it called failed. Running one twice gives the same network as running it once.

# The machines of topology.yaml; where a lesson has its own, functions that name those are put behind these files.
_ovnlab_nodes() { echo controller hypervisor; }
_ovnlab_central() { echo controller; }

_ovnlab_tell() { # ENGLISH CHINESE: says it in the language of this shell
  case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
    zh*) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
  esac
}
_ovnlab_refuse() { # ENGLISH CHINESE: the same as an error; nothing was changed
  _ovnlab_tell "$1" "$2" >&2
  return 2
}
_ovnlab_usage() { # WORDS EXAMPLE
  _ovnlab_refuse "Usage: $1, for example: $2" "用法：$1，例如：$2"
}

_ovnlab_need_root() {
  ((EUID == 0)) ||
    _ovnlab_refuse "$1 needs root: become root with sudo su, source helper.sh again, and run it again." \
      "$1 需要 root 權限：請先用 sudo su 切換成 root，重新 source helper.sh，再執行一次。"
}
_ovnlab_need_northbound() {
  ovn-nbctl --timeout=5 --columns=_uuid list NB_Global >/dev/null 2>&1 ||
    _ovnlab_refuse "The OVN northbound database does not answer on $(uname -n): run $1 on $(_ovnlab_central)." \
      "$(uname -n) 上沒有 OVN northbound 資料庫回應：請到 $(_ovnlab_central) 上執行 $1。"
}
_ovnlab_need_vswitch() {
  timeout 5 ovs-appctl -t ovs-vswitchd version >/dev/null 2>&1 ||
    _ovnlab_refuse "Open vSwitch does not answer on $(uname -n): look at systemctl status openvswitch-switch." \
      "$(uname -n) 上的 Open vSwitch 沒有回應：請看 systemctl status openvswitch-switch。"
}
_ovnlab_need_name() { # WHAT NAME: what ip, ovs-vsctl and ovn-nbctl all take without quoting
  [[ $2 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ ]] ||
    _ovnlab_refuse "\"$2\" cannot be the name of $1: use letters, digits, dot, hyphen and underscore." \
      "「$2」不能當作 $1 的名稱：請只用英文字母、數字、點、連字號和底線。"
}

_ovnlab_has_link() { ip link show dev "$1" >/dev/null 2>&1; }
_ovnlab_is_ipv4() {
  local octet='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
  [[ $1 =~ ^$octet(\.$octet){3}$ ]]
}
_ovnlab_is_host() { _ovnlab_is_ipv4 "${1%%/*}" && [[ ${1#*/} =~ ^([1-9]|[12][0-9]|3[0-2])$ ]]; }

_ovnlab_number() { # IPV4: as one number
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  echo $(((a << 24) + (b << 16) + (c << 8) + d))
}
_ovnlab_same_subnet() { # ADDRESS/LENGTH IPV4
  local bits=$((32 - ${1#*/}))
  (($(_ovnlab_number "${1%%/*}") >> bits == $(_ovnlab_number "$2") >> bits))
}

_ovnlab_is_pair() { # NS OUTER: eth0 in NS and OUTER here are the two ends of one veth pair
  local inner outer
  inner=$(ip -n "$1" -o link show dev eth0 2>/dev/null) && outer=$(ip -o link show dev "$2" 2>/dev/null) || return
  [[ $inner == *": eth0@if${outer%%:*}:"* && $outer == *"@if${inner%%:*}:"* ]]
}

_ovnlab_address_ns() { # NS ADDRESS/LENGTH-or-empty GATEWAY-or-empty OUTER
  local has
  ip -n "$1" link set dev lo up && ip -n "$1" link set dev eth0 up && ip link set dev "$4" up || return
  [[ -n $2 ]] || return 0
  has=$(ip -n "$1" -4 -o addr show dev eth0 scope global | awk '{ print $4 }')
  if [[ $has != "$2" ]]; then
    ip -n "$1" -4 addr flush dev eth0 && ip -n "$1" addr add "$2" dev eth0 || return
  fi
  [[ -z $3 ]] || ip -n "$1" route replace default via "$3"
}

_ovnlab_need_ns_name() { # NS: what an interface veth-NS-br can be made of
  local outer=veth-$1-br
  _ovnlab_need_name NS "$1" || return
  # Linux gives an interface name 15 characters.
  ((${#outer} <= 15)) ||
    _ovnlab_refuse "The name $1 is too long: $outer would have ${#outer} characters but Linux allows 15, so NS can have at most 7." \
      "名稱 $1 太長：$outer 會有 ${#outer} 個字元，但 Linux 最多允許 15 個，所以 NS 最多 7 個字元。"
}

# create-ns NS IP [GW]: a namespace whose eth0 has IP (/24 when no length is given); the
# other end of eth0 waits outside as veth-NS-br.
create-ns() {
  local ns=${1-} address=${2-} gateway=${3-}
  (($# == 2 || $# == 3)) || _ovnlab_usage 'create-ns NS IP [GW]' 'create-ns ns1 192.168.10.100' || return
  _ovnlab_need_ns_name "$ns" || return
  [[ $address == */* ]] || address+=/24
  _ovnlab_is_host "$address" ||
    _ovnlab_refuse "\"$2\" is not an IPv4 address a host can have: write it like 192.168.10.100 or 192.168.10.100/24." \
      "「$2」不是主機可以使用的 IPv4 位址：請寫成 192.168.10.100 或 192.168.10.100/24 的樣子。" || return
  (($# == 2)) || _ovnlab_is_ipv4 "$gateway" ||
    _ovnlab_refuse "The gateway \"$gateway\" is not an IPv4 address." "閘道「$gateway」不是 IPv4 位址。" || return
  # The kernel would say "Nexthop has invalid gateway", and not why.
  (($# == 2)) || _ovnlab_same_subnet "$address" "$gateway" ||
    _ovnlab_refuse "The gateway $gateway is not in the subnet of $address: is one of the two mistyped?" \
      "閘道 $gateway 不在 $address 的網段裡：是不是其中一個打錯了？" || return
  _ovnlab_need_root create-ns && _ovnlab_make_ns "$ns" "$address" "$gateway"
}

_ovnlab_make_ns() { # NS ADDRESS/LENGTH-or-empty GATEWAY-or-empty
  local ns=$1 address=$2 gateway=$3 outer=veth-$1-br made_ns='' made_pair=''
  if ! _ovnlab_is_pair "$ns" "$outer"; then
    if _ovnlab_has_link "$outer" || ip -n "$ns" link show dev eth0 >/dev/null 2>&1; then
      _ovnlab_refuse "$outer and eth0 of namespace $ns are not one veth pair: remove what is left of them (ip link del $outer; ip netns del $ns) and run it again." \
        "$outer 和 namespace $ns 的 eth0 不是同一對 veth：請先移除殘留的部分（ip link del $outer; ip netns del $ns），再執行一次。" || return
    fi
    [[ -e /run/netns/$ns ]] || { ip netns add "$ns" && made_ns=yes; } || return 1
    # A new cable is in no bridge yet; Open vSwitch would go on holding one of before that had its name.
    ovs-vsctl --timeout=2 --if-exists del-port "$outer" 2>/dev/null || :
    # The inner end is born inside, under its final name: at no moment is there half a pair.
    ip link add "$outer" type veth peer name eth0 netns "$ns" && made_pair=yes
  fi
  if ! { _ovnlab_is_pair "$ns" "$outer" && _ovnlab_address_ns "$ns" "$address" "$gateway" "$outer"; }; then
    [[ -z $made_pair ]] || ip link del "$outer"
    [[ -z $made_ns ]] || ip netns del "$ns"
    return 1
  fi
  printf '%s: eth0 %s <-> %s\n' "$ns" "$address" "$outer"
}

_ovnlab_namespaces_of() { # NODE: a line "NS MAC" for each namespace that has an eth0
  # BatchMode: a missing key shall end in a sentence, not in a password prompt.
  ssh -n -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR "vagrant@$1" '
    names=$(sudo -n ip netns list) || exit 1
    for ns in $(printf "%s\n" "$names" | cut -d" " -f1); do
      mac=$(sudo -n ip -n "$ns" -o link show dev eth0 2>/dev/null | sed -n "s|.*link/ether \([0-9a-f:]*\) .*|\1|p")
      [ -z "$mac" ] || printf "%s %s\n" "$ns" "$mac"
    done' ||
    _ovnlab_refuse "The namespaces of $1 could not be read: try ssh vagrant@$1 sudo ip netns" \
      "讀不到 $1 上的 namespace：請試試 ssh vagrant@$1 sudo ip netns"
}

# create-ovn-ls-and-lsp LS [NS...]: the logical switch LS, with a port LS-NS for each of these namespaces, or where none is
# named for each namespace on all nodes.
create-ovn-ls-and-lsp() {
  local switch=${1-} node found ns mac
  local -a all=() ports=() told=()
  local -A home=() macs=()
  (($# >= 1)) || _ovnlab_usage 'create-ovn-ls-and-lsp LS [NS...]' 'create-ovn-ls-and-lsp ls0' || return
  _ovnlab_need_name LS "$switch" || return
  shift
  for ns; do _ovnlab_need_name NS "$ns" || return; done
  _ovnlab_need_root create-ovn-ls-and-lsp && _ovnlab_need_northbound create-ovn-ls-and-lsp || return

  for node in $(_ovnlab_nodes); do
    found=$(_ovnlab_namespaces_of "$node") || return
    while read -r ns mac; do
      [[ -n $ns ]] || continue
      (($# == 0)) || [[ " $* " == *" $ns "* ]] || continue
      # Two with one MAC address are on purpose (day 08): behind them is a localport, which is created otherwise.
      if [[ $# -eq 0 && ${macs[$ns]-} == "$mac" ]]; then
        home[$ns]=both
        continue
      fi
      [[ -z ${home[$ns]-} ]] ||
        _ovnlab_refuse "${home[$ns]} and $node both have a namespace $ns, but a port can belong to only one of them: remove one with ip netns del $ns" \
          "${home[$ns]} 和 $node 上都有 namespace $ns，但一個 port 只能屬於一個地方：請用 ip netns del $ns 移除其中一個。" || return
      home[$ns]=$node macs[$ns]=$mac all+=("$ns")
    done <<<"$found"
  done
  for ns in "${all[@]}"; do
    node=${home[$ns]} mac=${macs[$ns]}
    [[ $node != both ]] || continue
    # The MAC alone, without the IPv4 address. With both, OVN itself would answer ARP for the port, out of its
    # database, and a neighbour would look alive although the wire to it is cut. So ARP has to make its way
    # over the network like any other frame: tcpdump shows it there, and so does its absence.
    ports+=(-- --may-exist lsp-add "$switch" "$switch-$ns" -- lsp-set-addresses "$switch-$ns" "$mac")
    told+=("$switch-$ns $mac ($node)")
  done
  for ns; do
    [[ -n ${home[$ns]-} ]] ||
      _ovnlab_refuse "No node has a namespace $ns with an eth0: create it first with create-ns." \
        "沒有任何節點有帶 eth0 的 namespace $ns：請先用 create-ns 建立。" || return
  done
  ((${#ports[@]} > 0)) ||
    _ovnlab_refuse 'No node has a namespace with an eth0 yet: create them first with create-ns.' \
      '目前沒有任何節點有帶 eth0 的 namespace：請先用 create-ns 建立。' || return

  # Not in one transaction: northd of OVN 26.03 then leaves the switch without multicast groups, so ARP reaches nobody.
  ovn-nbctl --timeout=10 --may-exist ls-add "$switch" && ovn-nbctl --timeout=10 "${ports[@]:1}" || return 1
  printf '%s\n' "${told[@]}"
}

_ovnlab_is_port() { # PORT: 0 the southbound database has it, 1 it has not, 2 it could not be asked
  local remote
  remote=$(ovs-vsctl --timeout=5 --if-exists get Open_vSwitch . external-ids:ovn-remote 2>/dev/null) || return 2
  remote=${remote//\"/}
  ovn-sbctl --timeout=5 --db="$remote" --columns=_uuid list SB_Global >/dev/null 2>&1 || return 2
  # northd needs a moment to carry a port made just now into the southbound database.
  # In braces, not in a subshell: the timeout is a signal, and the shell itself tells of that on its own stderr.
  { ovn-sbctl --timeout=2 --db="$remote" wait-until Port_Binding "$1"; } >/dev/null 2>&1 || return 1
}

# assign-iface-to-ovn-lsp LS [NS...]: plugs veth-NS-br into br-int, with the name of its port on it; without NS, that of
# every namespace of this node.
assign-iface-to-ovn-lsp() {
  local switch=${1-} ns outer holder known
  local -a plugs=() told=()
  (($# >= 1)) || _ovnlab_usage 'assign-iface-to-ovn-lsp LS [NS...]' 'assign-iface-to-ovn-lsp ls0 ns1' || return
  _ovnlab_need_name LS "$switch" || return
  shift
  if (($# == 0)); then
    for ns in $(ip netns list 2>/dev/null | cut -d' ' -f1); do
      ! _ovnlab_is_pair "$ns" "veth-$ns-br" || set -- "$@" "$ns"
    done
    (($# > 0)) ||
      _ovnlab_refuse "No namespace on $(uname -n) has an eth0 yet: create it first with create-ns." \
        "$(uname -n) 上還沒有帶 eth0 的 namespace：請先用 create-ns 建立。" || return
  fi
  for ns; do _ovnlab_need_name NS "$ns" || return; done
  _ovnlab_need_root assign-iface-to-ovn-lsp && _ovnlab_need_vswitch || return
  ovs-vsctl --timeout=5 br-exists br-int ||
    _ovnlab_refuse 'There is no bridge br-int here; ovn-controller creates it: look at systemctl status ovn-controller.' \
      '這裡沒有 bridge br-int，它是由 ovn-controller 建立的：請看 systemctl status ovn-controller。' || return
  for ns; do
    outer=veth-$ns-br
    _ovnlab_has_link "$outer" ||
      _ovnlab_refuse "There is no interface $outer on $(uname -n): is namespace $ns on another node, or not created yet?" \
        "$(uname -n) 上沒有介面 $outer：namespace $ns 是在另一個節點上，還是還沒建立？" || return
    holder=$(ovs-vsctl --timeout=5 port-to-br "$outer" 2>/dev/null) || holder=br-int
    [[ $holder == br-int ]] ||
      _ovnlab_refuse "$outer is in bridge $holder: remove it first with ovs-vsctl del-port $holder $outer" \
        "$outer 已經在 bridge $holder 裡：請先用 ovs-vsctl del-port $holder $outer 移出來。" || return
    known=0
    _ovnlab_is_port "$switch-$ns" || known=$?
    # br-int takes any iface-id without a word, so a misspelt switch would only show as silence.
    ((known != 1)) ||
      _ovnlab_refuse "OVN has no port $switch-$ns: is there a logical switch $switch? See ovn-nbctl show on $(_ovnlab_central)." \
        "OVN 裡沒有 port $switch-$ns：logical switch $switch 存在嗎？請在 $(_ovnlab_central) 上用 ovn-nbctl show 看看。" || return
    plugs+=(-- --may-exist add-port br-int "$outer" -- set Interface "$outer" "external_ids:iface-id=$switch-$ns")
    told+=("$outer: br-int, iface-id=$switch-$ns")
  done
  ovs-vsctl --timeout=10 "${plugs[@]:1}" || return 1
  printf '%s\n' "${told[@]}"
}
