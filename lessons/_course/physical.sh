# shellcheck shell=bash
# The commands of the lessons that lead to the physical network. They stand behind those of helper.sh.

# add-localnet-port LS NET: the port LS-localnet, through which LS meets the physical network called NET.
add-localnet-port() {
  local switch=${1-} network=${2-} port
  (($# == 2)) || _ovnlab_usage 'add-localnet-port LS NET' 'add-localnet-port ls0 flat0' || return
  _ovnlab_need_name LS "$switch" && _ovnlab_need_name NET "$network" &&
    _ovnlab_need_root add-localnet-port && _ovnlab_need_northbound add-localnet-port || return
  ovn-nbctl --timeout=5 lsp-list "$switch" >/dev/null 2>&1 ||
    _ovnlab_refuse "There is no logical switch $switch: create it with create-ovn-ls-and-lsp $switch, or see ovn-nbctl ls-list" \
      "沒有名為 $switch 的 logical switch：請先執行 create-ovn-ls-and-lsp $switch，或用 ovn-nbctl ls-list 看看有哪些。" || return
  port=$switch-localnet
  ovn-nbctl --timeout=10 --may-exist lsp-add "$switch" "$port" \
    -- lsp-set-type "$port" localnet \
    -- lsp-set-addresses "$port" unknown \
    -- lsp-set-options "$port" "network_name=$network" || return 1
  printf '%s: localnet, network_name=%s\n' "$port" "$network"
}

_ovnlab_merge_mapping() { # MAPPINGS NET BRIDGE: MAPPINGS with NET at BRIDGE and every other network where it was
  local entry merged=''
  local -a entries=()
  IFS=, read -r -a entries <<<"$1"
  for entry in ${entries[@]+"${entries[@]}"}; do
    [[ -z $entry || $entry == "$2:"* ]] || merged+=$entry,
  done
  printf '%s' "$merged$2:$3"
}

# add-bridge-mapping IF NET: a bridge br-IF that holds IF, and the word to OVN that this is where NET is.
add-bridge-mapping() {
  local link=${1-} network=${2-} bridge holder addresses datapath='' mappings
  local -a make=()
  (($# == 2)) || _ovnlab_usage 'add-bridge-mapping IF NET' 'add-bridge-mapping eth2 flat0' || return
  _ovnlab_need_name IF "$link" && _ovnlab_need_name NET "$network" &&
    _ovnlab_need_root add-bridge-mapping && _ovnlab_need_vswitch || return
  bridge=br-$link
  _ovnlab_has_link "$link" ||
    _ovnlab_refuse "There is no interface $link on $(uname -n): see ip -br link" \
      "$(uname -n) 上沒有介面 $link：請用 ip -br link 看看有哪些。" || return
  holder=$(ovs-vsctl --timeout=5 port-to-br "$link" 2>/dev/null) || holder=$bridge
  [[ $holder == "$bridge" ]] ||
    _ovnlab_refuse "$link is in bridge $holder already: remove it first with ovs-vsctl del-port $holder $link" \
      "$link 已經在 bridge $holder 裡：請先用 ovs-vsctl del-port $holder $link 移出來。" || return
  # In a bridge the kernel no longer serves the address of an interface: whoever logged in through it is cut off.
  addresses=$(ip -4 -o addr show dev "$link" 2>/dev/null | awk '{ print $4 }' | tr '\n' ' ')
  [[ -z $addresses ]] ||
    _ovnlab_refuse "$link has the address ${addresses% }, which would stop working in a bridge: use the interface without an address, eth2." \
      "$link 上有位址 ${addresses% }，放進 bridge 後就不能用了：請改用沒有位址的介面 eth2。" || return
  mappings=$(ovs-vsctl --timeout=5 --if-exists get Open_vSwitch . external-ids:ovn-bridge-mappings) || return 1
  mappings=$(_ovnlab_merge_mapping "${mappings//\"/}" "$network" "$bridge")
  if ! ovs-vsctl --timeout=5 br-exists "$bridge"; then
    # Patch ports join bridges of one datapath type only, so the new one takes that of br-int.
    make=(-- add-br "$bridge")
    datapath=$(ovs-vsctl --timeout=5 --if-exists get Bridge br-int datapath_type) || return 1
    datapath=${datapath//\"/}
    [[ -z $datapath ]] || make+=(-- set Bridge "$bridge" "datapath_type=$datapath")
  fi
  make+=(-- --may-exist add-port "$bridge" "$link" -- set Open_vSwitch . "external-ids:ovn-bridge-mappings=$mappings")
  ovs-vsctl --timeout=10 "${make[@]:1}" || return 1
  ip link set dev "$link" up || return 1
  _ovnlab_tell "$bridge: holds $link, ovn-bridge-mappings=$mappings" "$bridge：含有 $link，ovn-bridge-mappings=$mappings"
}
