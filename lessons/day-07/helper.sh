# shellcheck shell=bash
# Day 07: the way out of a router, and what it makes of addresses there. They stand behind the commands of the course.

_ovnlab_need_router() {
  _ovnlab_has_row Logical_Router "$1" ||
    _ovnlab_refuse "There is no logical router $1: create it first with create-ovn-lr $1" \
      "沒有 logical router $1：請先用 create-ovn-lr $1 建立。"
}

# set_outgoing_chassis LR LS HOST GATEWAY: what LR sends out by LS leaves on the node HOST, and whatever it has no other
# route for goes to GATEWAY there.
set_outgoing_chassis() {
  local router=${1-} switch=${2-} host=${3-} gateway=${4-} port chassis
  (($# == 4)) ||
    _ovnlab_usage 'set_outgoing_chassis LR LS HOST GATEWAY' 'set_outgoing_chassis lr0 ls1 hypervisor 192.168.10.1' || return
  _ovnlab_need_name LR "$router" && _ovnlab_need_name LS "$switch" && _ovnlab_need_name HOST "$host" || return
  _ovnlab_is_ipv4 "$gateway" ||
    _ovnlab_refuse "The gateway \"$gateway\" is not an IPv4 address." "閘道「$gateway」不是 IPv4 位址。" || return
  _ovnlab_need_root set_outgoing_chassis && _ovnlab_need_northbound set_outgoing_chassis &&
    _ovnlab_need_router "$router" || return
  port=$router-$switch
  _ovnlab_has_row Logical_Router_Port "$port" ||
    _ovnlab_refuse "The router $router has no port $port: create it first with connect-ovn-lr-to-ls $router $switch ADDRESS" \
      "router $router 沒有 port $port：請先用 connect-ovn-lr-to-ls $router $switch ADDRESS 建立。" || return
  # A chassis is called by its system-id; what it is called by people is its hostname.
  chassis=$(ovn-sbctl --timeout=5 --bare --columns=name find Chassis "hostname=\"$host\"")
  [[ -n $chassis ]] ||
    _ovnlab_refuse "No chassis has the hostname $host: see ovn-sbctl show" \
      "沒有 hostname 為 $host 的 chassis：請看 ovn-sbctl show。" || return
  ovn-nbctl --timeout=10 lrp-set-gateway-chassis "$port" "$chassis" 20 \
    -- --may-exist lr-route-add "$router" 0.0.0.0/0 "$gateway" || return 1
  _ovnlab_tell "$port: leaves by $host (chassis $chassis), default route via $gateway" \
    "$port：從 $host 出去（chassis $chassis），預設路由經過 $gateway"
}

_ovnlab_need_nat_ip() { # WHICH ADDRESS: says which of the arguments it is, for their order is easily mistaken
  _ovnlab_is_ipv4 "$2" ||
    _ovnlab_refuse "$1 has to be an IPv4 address, and \"$2\" is none." "$1 要是 IPv4 位址，「$2」不是。"
}

_ovnlab_set_nat() { # COMMAND LR TYPE EXTERNAL LOGICAL
  _ovnlab_need_root "$1" && _ovnlab_need_northbound "$1" && _ovnlab_need_router "$2" || return
  ovn-nbctl --timeout=10 --may-exist lr-nat-add "$2" "$3" "$4" "$5" || return 1
  printf '%s: %s %s <-> %s\n' "$2" "$3" "$5" "$4"
}

# set_snat_rule LR CIDR EXTERNAL_IP: what comes from CIDR and leaves by LR's gateway port bears EXTERNAL_IP there.
set_snat_rule() {
  local router=${1-} inside=${2-} external=${3-}
  (($# == 3)) ||
    _ovnlab_usage 'set_snat_rule LR CIDR EXTERNAL_IP' 'set_snat_rule lr0 192.168.100.0/24 192.168.10.30' || return
  _ovnlab_need_name LR "$router" || return
  _ovnlab_is_ipv4 "${inside%%/*}" ||
    _ovnlab_refuse "\"$inside\" is not an IPv4 subnet: write it like 192.168.100.0/24." \
      "「$inside」不是 IPv4 網段：請寫成 192.168.100.0/24 的樣子。" || return
  _ovnlab_need_nat_ip EXTERNAL_IP "$external" || return
  _ovnlab_set_nat set_snat_rule "$router" snat "$external" "$inside"
}

# set_dnat_rule LR INTERNAL_IP EXTERNAL_IP: what asks for EXTERNAL_IP at LR's gateway port gets to INTERNAL_IP.
set_dnat_rule() {
  local router=${1-} inside=${2-} external=${3-}
  (($# == 3)) ||
    _ovnlab_usage 'set_dnat_rule LR INTERNAL_IP EXTERNAL_IP' 'set_dnat_rule lr0 192.168.100.100 192.168.10.40' || return
  _ovnlab_need_name LR "$router" || return
  _ovnlab_need_nat_ip INTERNAL_IP "$inside" && _ovnlab_need_nat_ip EXTERNAL_IP "$external" || return
  _ovnlab_set_nat set_dnat_rule "$router" dnat "$external" "$inside"
}
