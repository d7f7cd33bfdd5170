# shellcheck shell=bash
# Day 03: namespaces without an address, the answers of OVN's DHCP, and a switch that chooses addresses, in place of the
# commands of the course that have these names.

_ovnlab_is_cidr() { [[ $1 == */* ]] && _ovnlab_is_host "$1"; }
_ovnlab_need_cidr() { # CIDR
  _ovnlab_is_cidr "$1" ||
    _ovnlab_refuse "\"$1\" is not a subnet: write it like 10.0.0.0/24." "「$1」不是網段：請寫成 10.0.0.0/24 的樣子。"
}
_ovnlab_number_of() { # ADDRESS
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  printf '%d' $((a << 24 | b << 16 | c << 8 | d))
}
_ovnlab_is_in() { # ADDRESS CIDR
  local shift=$((32 - ${2#*/}))
  (($(_ovnlab_number_of "$1") >> shift == $(_ovnlab_number_of "${2%/*}") >> shift))
}

# create-ns NS: a namespace whose eth0 is up and has no address; the other end of eth0 waits outside as veth-NS-br.
create-ns() {
  (($# == 1)) || _ovnlab_usage 'create-ns NS' 'create-ns ns1' || return
  _ovnlab_need_ns_name "$1" && _ovnlab_need_root create-ns || return
  # What a DHCP client in it writes there is its own, and not the node's (ip-netns(8)).
  mkdir -p "/etc/netns/$1" && touch "/etc/netns/$1/resolv.conf" || return 1
  _ovnlab_make_ns "$1" '' '' >/dev/null || return
  _ovnlab_tell "$1: eth0 without an address <-> veth-$1-br" "$1：eth0 沒有位址 <-> veth-$1-br"
}

# create-dhcp-options CIDR ROUTER: a row of DHCP_Options for this subnet, by which ROUTER is the server and the router; prints
# its UUID.
create-dhcp-options() {
  local cidr=${1-} router=${2-} mac uuid
  (($# == 2)) ||
    _ovnlab_usage 'create-dhcp-options CIDR ROUTER' 'create-dhcp-options 10.0.0.0/24 10.0.0.1' || return
  _ovnlab_need_cidr "$cidr" || return
  _ovnlab_is_ipv4 "$router" ||
    _ovnlab_refuse "The router \"$router\" is not an IPv4 address." "router「$router」不是 IPv4 位址。" || return
  _ovnlab_is_in "$router" "$cidr" ||
    _ovnlab_refuse "The router $router is not in $cidr: a host could not reach it." \
      "router $router 不在 $cidr 裡，主機連不到它。" || return
  _ovnlab_need_root create-dhcp-options && _ovnlab_need_northbound create-dhcp-options || return
  # A MAC address that is made of the IPv4 address is as unique as that address is.
  # shellcheck disable=SC2046
  mac=$(printf '02:00:%02x:%02x:%02x:%02x' $(tr . ' ' <<<"$router"))
  uuid=$(ovn-nbctl --timeout=10 --bare --columns=_uuid find DHCP_Options "cidr=\"$cidr\"" | head -n 1) || return 1
  if [[ -z $uuid ]]; then
    uuid=$(ovn-nbctl --timeout=10 create DHCP_Options "cidr=\"$cidr\"") || return 1
  fi
  ovn-nbctl --timeout=10 set DHCP_Options "$uuid" "options:server_id=\"$router\"" "options:server_mac=\"$mac\"" \
    "options:router=\"$router\"" options:lease_time=3600 || return 1
  printf '%s\n' "$uuid"
}

# create-ovn-ls-and-lsp LS UUID CIDR: the logical switch LS that chooses addresses from CIDR, with a port LS-NS for each
# namespace on the two nodes, which is answered by DHCP out of the row UUID.
create-ovn-ls-and-lsp() {
  local switch=${1-} uuid=${2-} subnet=${3-} node found ns mac
  local -a ports=() told=()
  (($# == 3)) ||
    _ovnlab_usage 'create-ovn-ls-and-lsp LS UUID CIDR' \
      'create-ovn-ls-and-lsp ls0 "$(create-dhcp-options 10.0.0.0/24 10.0.0.1)" 10.0.0.0/24' || return
  _ovnlab_need_name LS "$switch" && _ovnlab_need_cidr "$subnet" || return
  _ovnlab_need_root create-ovn-ls-and-lsp && _ovnlab_need_northbound create-ovn-ls-and-lsp || return
  [[ $uuid =~ ^[0-9a-f-]{36}$ ]] && ovn-nbctl --timeout=5 --columns=cidr list DHCP_Options "$uuid" >/dev/null 2>&1 ||
    _ovnlab_refuse "\"$uuid\" is not the UUID of a row of DHCP_Options: create-dhcp-options prints it." \
      "「$uuid」不是 DHCP_Options 資料列的 UUID：create-dhcp-options 會印出它。" || return
  for node in controller hypervisor; do
    found=$(_ovnlab_namespaces_of "$node") || return
    while read -r ns mac; do
      [[ -n $ns ]] || continue
      ports+=(-- --may-exist lsp-add "$switch" "$switch-$ns" -- lsp-set-addresses "$switch-$ns" "$mac dynamic"
        -- lsp-set-dhcpv4-options "$switch-$ns" "$uuid")
      told+=("$switch-$ns $mac ($node)")
    done <<<"$found"
  done
  ((${#ports[@]} > 0)) ||
    _ovnlab_refuse 'No node has a namespace with an eth0 yet: create them first with create-ns.' \
      '目前沒有任何節點有帶 eth0 的 namespace：請先用 create-ns 建立。' || return
  ovn-nbctl --timeout=10 --may-exist ls-add "$switch" -- set Logical_Switch "$switch" "other_config:subnet=\"$subnet\"" &&
    ovn-nbctl --timeout=10 "${ports[@]:1}" || return 1
  printf '%s\n' "${told[@]}"
}

_ovnlab_end_client() { # NS: no udhcpc runs in it any more
  local pid
  for pid in $(ip netns pids "$1"); do
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == udhcpc ]] || continue
    kill "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  done
}

# lease-address NS...: starts a DHCP client in each namespace, in place of one that runs there; it stays to renew the lease.
lease-address() {
  local ns
  (($# >= 1)) || _ovnlab_usage 'lease-address NS...' 'lease-address ns1' || return
  _ovnlab_need_root lease-address || return
  for ns; do
    _ovnlab_need_name NS "$ns" || return
    ip -n "$ns" link show dev eth0 >/dev/null 2>&1 ||
      _ovnlab_refuse "There is no namespace $ns with an eth0 on $(uname -n): create it first with create-ns $ns" \
        "$(uname -n) 上沒有帶 eth0 的 namespace $ns：請先用 create-ns $ns 建立。" || return
  done
  for ns; do
    _ovnlab_end_client "$ns"
    # In a session of its own: it goes on when this shell ends. Without -n it would ask for ever.
    ip netns exec "$ns" setsid -w udhcpc -i eth0 -n ||
      _ovnlab_refuse "Nobody answered $ns: see tcpdump -nevi veth-$ns-br port 67 while you run it again." \
        "沒有人回應 $ns：請再執行一次，並同時用 tcpdump -nevi veth-$ns-br port 67 看看。" || return
  done
}

_ovnlab_is_inet6() { perl -MSocket=inet_pton,AF_INET6 -e 'exit !defined inet_pton(AF_INET6, shift)' -- "$1" 2>/dev/null; }

# advertise-prefix LR LS ADDRESS/64: the logical router LR has ADDRESS on the switch LS, by the two ports LR-LS and LS-LR, and
# advertises its prefix there.
advertise-prefix() {
  local router=${1-} switch=${2-} network=${3-} mac port
  (($# == 3)) ||
    _ovnlab_usage 'advertise-prefix LR LS ADDRESS/64' 'advertise-prefix lr0 ls0 2001:db8:3::1/64' || return
  _ovnlab_need_name LR "$router" && _ovnlab_need_name LS "$switch" || return
  [[ $network == */64 ]] && _ovnlab_is_inet6 "${network%/64}" ||
    _ovnlab_refuse "\"$network\" is not an IPv6 address with /64, the length hosts form addresses of: write it like 2001:db8:3::1/64." \
      "「$network」不是帶 /64 的 IPv6 位址（主機要有 64 位元的 prefix 才能自行產生位址）：請寫成 2001:db8:3::1/64 的樣子。" || return
  _ovnlab_need_root advertise-prefix && _ovnlab_need_northbound advertise-prefix || return
  ovn-nbctl --timeout=5 get Logical_Switch "$switch" name >/dev/null 2>&1 ||
    _ovnlab_refuse "There is no logical switch $switch: create it first with create-ovn-ls-and-lsp." \
      "沒有 logical switch $switch：請先用 create-ovn-ls-and-lsp 建立。" || return
  # A MAC address that is made of the port's name is as unique as that name is.
  port=$router-$switch
  mac=$(md5sum <<<"$port" | sed -E 's/^(..)(..)(..)(..)(..).*/02:\1:\2:\3:\4:\5/')
  ovn-nbctl --timeout=10 --may-exist lr-add "$router" || return 1
  # lrp-add --may-exist refuses a port of other addresses, so an address that has changed is set.
  if ovn-nbctl --timeout=5 get Logical_Router_Port "$port" name >/dev/null 2>&1; then
    ovn-nbctl --timeout=10 set Logical_Router_Port "$port" "mac=\"$mac\"" "networks=\"$network\"" || return 1
  else
    ovn-nbctl --timeout=10 lrp-add "$router" "$port" "$mac" "$network" || return 1
  fi
  ovn-nbctl --timeout=10 --may-exist lsp-add "$switch" "$switch-$router" \
    -- lsp-set-type "$switch-$router" router -- lsp-set-addresses "$switch-$router" router \
    -- lsp-set-options "$switch-$router" "router-port=$port" \
    -- set Logical_Router_Port "$port" ipv6_ra_configs:address_mode=slaac ipv6_ra_configs:send_periodic=true \
    ipv6_ra_configs:min_interval=3 ipv6_ra_configs:max_interval=10 || return 1
  printf '%s: %s (%s) <-> %s\n' "$port" "$network" "$mac" "$switch-$router"
}

# await-address NS...: waits until the kernel of each namespace has formed an IPv6 address of what it was advertised.
await-address() {
  local ns tries
  (($# >= 1)) || _ovnlab_usage 'await-address NS...' 'await-address ns1' || return
  _ovnlab_need_root await-address || return
  for ns; do
    _ovnlab_need_name NS "$ns" || return
    for ((tries = 0; ; tries++)); do
      # One that is tentative may turn out to be somebody else's (RFC 4862, section 5.4).
      ip -n "$ns" -6 addr show dev eth0 | grep dynamic | grep -vq tentative && break
      ((tries < 150)) ||
        _ovnlab_refuse "Nothing was advertised to $ns for half a minute: see tcpdump -nevi veth-$ns-br icmp6." \
          "半分鐘內 $ns 沒有收到通告：請用 tcpdump -nevi veth-$ns-br icmp6 看看。" || return
      sleep 0.2
    done
    ip -n "$ns" -6 -br addr show dev eth0
  done
}
