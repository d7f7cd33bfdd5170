# shellcheck shell=bash
# The commands of the lessons that have a logical router. They stand behind those of helper.sh.

# create-ovn-lr LR: the logical router LR, without a port yet.
create-ovn-lr() {
  local router=${1-}
  (($# == 1)) || _ovnlab_usage 'create-ovn-lr LR' 'create-ovn-lr lr0' || return
  _ovnlab_need_name LR "$router" && _ovnlab_need_root create-ovn-lr && _ovnlab_need_northbound create-ovn-lr || return
  ovn-nbctl --timeout=10 --may-exist lr-add "$router" || return 1
  _ovnlab_tell "$router: a logical router" "$router：logical router"
}

_ovnlab_has_row() { # TABLE NAME: the northbound database has a row of that name
  [[ -n $(ovn-nbctl --timeout=5 --bare --columns=_uuid find "$1" "name=\"$2\"" 2>/dev/null) ]]
}

# connect-ovn-lr-to-ls LR LS GATEWAY_IP: joins the router and the switch by the two ports LR-LS and LS-LR; the router has
# GATEWAY_IP (/24 when no length is given) there.
connect-ovn-lr-to-ls() {
  local router=${1-} switch=${2-} gateway=${3-} mac
  (($# == 3)) ||
    _ovnlab_usage 'connect-ovn-lr-to-ls LR LS GATEWAY_IP' 'connect-ovn-lr-to-ls lr0 ls0 192.168.1.254' || return
  _ovnlab_need_name LR "$router" && _ovnlab_need_name LS "$switch" || return
  [[ $gateway == */* ]] || gateway+=/24
  _ovnlab_is_host "$gateway" ||
    _ovnlab_refuse "\"$3\" is not an IPv4 address a router can have: write it like 192.168.1.254 or 192.168.1.254/24." \
      "「$3」不是 router 可以使用的 IPv4 位址：請寫成 192.168.1.254 或 192.168.1.254/24 的樣子。" || return
  _ovnlab_need_root connect-ovn-lr-to-ls && _ovnlab_need_northbound connect-ovn-lr-to-ls || return
  _ovnlab_has_row Logical_Router "$router" ||
    _ovnlab_refuse "There is no logical router $router: create it first with create-ovn-lr $router" \
      "沒有 logical router $router：請先用 create-ovn-lr $router 建立。" || return
  _ovnlab_has_row Logical_Switch "$switch" ||
    _ovnlab_refuse "There is no logical switch $switch: create it first with create-ovn-ls-and-lsp $switch" \
      "沒有 logical switch $switch：請先用 create-ovn-ls-and-lsp $switch 建立。" || return
  # A router port must be given a MAC address. One that is made of the IPv4 address is as unique as that address is.
  # shellcheck disable=SC2046
  mac=$(printf '02:00:%02x:%02x:%02x:%02x' $(tr . ' ' <<<"${gateway%%/*}"))
  # lrp-add --may-exist refuses a port of other addresses, so a gateway that has changed is set.
  if _ovnlab_has_row Logical_Router_Port "$router-$switch"; then
    ovn-nbctl --timeout=10 set Logical_Router_Port "$router-$switch" "mac=\"$mac\"" "networks=\"$gateway\"" || return 1
  else
    ovn-nbctl --timeout=10 lrp-add "$router" "$router-$switch" "$mac" "$gateway" || return 1
  fi
  ovn-nbctl --timeout=10 --may-exist lsp-add "$switch" "$switch-$router" \
    -- lsp-set-type "$switch-$router" router -- lsp-set-addresses "$switch-$router" router \
    -- lsp-set-options "$switch-$router" "router-port=$router-$switch" || return 1
  printf '%s: %s (%s) <-> %s\n' "$router-$switch" "$gateway" "$mac" "$switch-$router"
}
