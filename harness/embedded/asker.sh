#!/bin/sh
# Tells who asks from which address the question came: by HTTP (curl http://ADDRESS), and in one line to any other (nc).
IFS= read -r question || exit 0
case $question in
  *HTTP/1*) printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n' ;;
esac
printf 'You ask from %s\n' "$SOCAT_PEERADDR"
