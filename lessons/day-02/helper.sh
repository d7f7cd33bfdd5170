# shellcheck shell=bash
# Day 02: what a Linux bridge takes, beside the three commands of the course.

_ovnlab_is_bridge() { [[ -d /sys/class/net/$1/bridge ]]; }
_ovnlab_need_bridge_name() { # BR
  _ovnlab_need_name BR "$1" || return
  ((${#1} <= 15)) ||
    _ovnlab_refuse "The name $1 is too long: Linux allows 15 characters." "名稱 $1 太長：Linux 最多允許 15 個字元。" || return
  ! _ovnlab_has_link "$1" || _ovnlab_is_bridge "$1" ||
    _ovnlab_refuse "There is an interface $1 already, and it is not a Linux bridge: choose another name." \
      "已經有介面叫做 $1，但它不是 Linux bridge：請換一個名稱。"
}

# create-br BR: a Linux bridge that is up, and holds nothing yet.
create-br() {
  (($# == 1)) || _ovnlab_usage 'create-br BR' 'create-br br0' || return
  _ovnlab_need_root create-br && _ovnlab_need_bridge_name "$1" || return
  _ovnlab_is_bridge "$1" || ip link add "$1" type bridge || return 1
  ip link set "$1" up || return 1
  _ovnlab_tell "$1: Linux bridge, up" "$1：Linux bridge，已啟用"
}

# assign-iface-to-br BR: puts veth-NS-br of every namespace of this node into the Linux bridge BR.
assign-iface-to-br() {
  local bridge=${1-} ns outer holder
  local -a outers=()
  (($# == 1)) || _ovnlab_usage 'assign-iface-to-br BR' 'assign-iface-to-br br0' || return
  _ovnlab_need_root assign-iface-to-br && _ovnlab_need_bridge_name "$bridge" || return
  _ovnlab_is_bridge "$bridge" ||
    _ovnlab_refuse "There is no Linux bridge $bridge on $(uname -n): create it first with create-br $bridge" \
      "$(uname -n) 上沒有 Linux bridge $bridge：請先執行 create-br $bridge" || return
  for ns in $(ip netns list 2>/dev/null | cut -d' ' -f1); do
    outer=veth-$ns-br
    _ovnlab_is_pair "$ns" "$outer" || continue
    # With the userspace datapath, Linux would let an interface be in both.
    ! holder=$(ovs-vsctl --timeout=5 port-to-br "$outer" 2>/dev/null) ||
      _ovnlab_refuse "$outer is in bridge $holder of Open vSwitch: remove it first with ovs-vsctl del-port $holder $outer" \
        "$outer 已經在 Open vSwitch 的 bridge $holder 裡：請先用 ovs-vsctl del-port $holder $outer 移出來。" || return
    holder=$(ip -o link show dev "$outer" | sed -n 's/.* master \([^ ]*\) .*/\1/p')
    [[ -z $holder || $holder == "$bridge" ]] ||
      _ovnlab_refuse "$outer is in $holder: remove it first with ip link set $outer nomaster" \
        "$outer 已經在 $holder 裡：請先用 ip link set $outer nomaster 移出來。" || return
    outers+=("$outer")
  done
  ((${#outers[@]} > 0)) ||
    _ovnlab_refuse "No namespace on $(uname -n) has an eth0 yet: create it first with create-ns." \
      "$(uname -n) 上還沒有帶 eth0 的 namespace：請先用 create-ns 建立。" || return
  for outer in "${outers[@]}"; do
    ip link set "$outer" master "$bridge" || return 1
    printf '%s: %s\n' "$outer" "$bridge"
  done
}

# teardown-br BR: removes the Linux bridge BR; the interfaces that were in it are in no bridge then.
teardown-br() {
  (($# == 1)) || _ovnlab_usage 'teardown-br BR' 'teardown-br br0' || return
  _ovnlab_need_root teardown-br && _ovnlab_need_bridge_name "$1" || return
  ! _ovnlab_is_bridge "$1" || ip link del "$1" || return 1
  _ovnlab_tell "$1: removed" "$1：已移除"
}
