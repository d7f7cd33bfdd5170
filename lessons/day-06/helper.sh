# shellcheck shell=bash
# Day 06: the commands of the course, and one for its extra stage.

# serve-table NS: a web server in namespace NS on TCP port 80, whose page shows the orders of the database at 192.168.10.1.
serve-table() {
  local ns=${1-} site=/srv/shop page listening
  page=$site/cgi-bin/index.cgi
  (($# == 1)) || _ovnlab_usage 'serve-table NS' 'serve-table ns1' || return
  _ovnlab_need_name NS "$ns" && _ovnlab_need_root serve-table || return
  [[ -e /run/netns/$ns ]] ||
    _ovnlab_refuse "There is no namespace $ns on $(uname -n): create it first with create-ns." \
      "$(uname -n) 上沒有 namespace $ns：請先用 create-ns 建立。" || return
  listening=$(ip netns exec "$ns" ss -Hltnp 'sport = :80') || return 1
  [[ -z $listening || $listening == *'"busybox"'* ]] ||
    _ovnlab_refuse "Another program in $ns already listens on TCP port 80: see ip netns exec $ns ss -ltnp" \
      "$ns 裡已經有別的程式在監聽 TCP 埠 80：請用 ip netns exec $ns ss -ltnp 看看。" || return
  mkdir -p "$site/cgi-bin" && cat >"$page" <<'END' && chmod +x "$page" || return 1
#!/bin/sh
printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
export PGCONNECT_TIMEOUT=2
psql --html -h 192.168.10.1 -U web shop -c 'SELECT * FROM orders ORDER BY id' 2>&1
END
  [[ -n $listening ]] || setsid --wait ip netns exec "$ns" busybox httpd -p 80 -h "$site" </dev/null >/dev/null 2>&1 || return 1
  _ovnlab_tell "$ns: a web server on TCP port 80, with $page" "$ns：TCP 埠 80 的網頁伺服器，頁面是 $page"
}
