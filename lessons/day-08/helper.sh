# shellcheck shell=bash
# Day 08: a host on a node in one step, with a MAC address that is chosen. It stands behind the commands of the course.

# add_veth_port NAME MAC IP IFACE_ID: a namespace NAME whose eth0 has MAC and IP (/24 when no length is given); the other
# end of eth0, veth-NAME-br, is in br-int with IFACE_ID on it.
add_veth_port() {
  local ns=${1-} mac=${2-} address=${3-} id=${4-} outer=veth-${1-}-br known=0 holder
  (($# == 4)) ||
    _ovnlab_usage 'add_veth_port NAME MAC IP IFACE_ID' 'add_veth_port ns3 02:00:0a:00:01:1e 10.0.1.30 ls0-ns3' || return
  _ovnlab_need_ns_name "$ns" && _ovnlab_need_name IFACE_ID "$id" || return
  # The last bit of the first byte marks a group of hosts, which no interface can be.
  [[ ${mac,,} =~ ^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$ && ${mac,,} != 00:00:00:00:00:00 ]] ||
    _ovnlab_refuse "\"$mac\" is not a MAC address a host can have: write it like 02:00:0a:00:01:1e." \
      "「$mac」不是主機可以使用的 MAC 位址：請寫成 02:00:0a:00:01:1e 的樣子。" || return
  [[ $address == */* ]] || address+=/24
  _ovnlab_is_host "$address" ||
    _ovnlab_refuse "\"$3\" is not an IPv4 address a host can have: write it like 10.0.1.30 or 10.0.1.30/24." \
      "「$3」不是主機可以使用的 IPv4 位址：請寫成 10.0.1.30 或 10.0.1.30/24。" || return
  _ovnlab_need_root add_veth_port && _ovnlab_need_vswitch || return
  holder=$(ovs-vsctl --timeout=5 port-to-br "$outer" 2>/dev/null) || holder=br-int
  [[ $holder == br-int ]] ||
    _ovnlab_refuse "$outer is in bridge $holder: remove it first with ovs-vsctl del-port $holder $outer" \
      "$outer 已經在 bridge $holder 裡：請先用 ovs-vsctl del-port $holder $outer 移出來。" || return
  # br-int takes any iface-id without a word.
  _ovnlab_is_port "$id" || known=$?
  ((known != 1)) ||
    _ovnlab_refuse "OVN has no port $id: create it first; see ovn-nbctl show on controller." \
      "OVN 裡沒有 port $id：請先建立；可以在 controller 上用 ovn-nbctl show 看看。" || return
  _ovnlab_make_ns "$ns" "$address" '' && ip -n "$ns" link set dev eth0 address "$mac" || return 1
  ovs-vsctl --timeout=10 --may-exist add-port br-int "$outer" \
    -- set Interface "$outer" "external_ids:iface-id=$id" || return 1
  printf '%s: %s, br-int, iface-id=%s\n' "$outer" "$mac" "$id"
}
