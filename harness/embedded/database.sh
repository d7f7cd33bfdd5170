#!/bin/sh
# The database of the lesson's story: one question a connection, on standard input. It speaks HTTP to a
# question that is HTTP (curl http://ADDRESS:PORT), and plain lines to any other (nc ADDRESS PORT).
rows='id,customer,order
1,Mei,two bicycles
2,Jun,a telescope
3,Ting,forty oranges'
IFS= read -r question || exit 0
case $question in
  *HTTP/1*) printf 'HTTP/1.0 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n' ;;
esac
printf '%s\n' "$rows"
