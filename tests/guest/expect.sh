#!/bin/sh
# Runs a command and compares what it did with what a test program's directives expect:
#   expect.sh EXIT STDOUT STDERR STDIN XFAIL command…
# EXIT is a status (empty: 0). STDOUT and STDERR are extended regular expressions that some line must
# match (empty: anything goes). STDIN is text for printf, which becomes the standard input. XFAIL, not
# empty, says why the test is known to fail; passing is then the failure, so that the mark goes away.
want_exit=${1:-0} want_out=$2 want_err=$3 input=$4 xfail=$5
shift 5

out=$(mktemp) err=$(mktemp)
trap 'rm -f "$out" "$err"' EXIT
if [ -n "$input" ]; then
    # shellcheck disable=SC2059  # the directive is a format, so that \n can be written
    printf "$input" | "$@" >"$out" 2>"$err"
else
    "$@" >"$out" 2>"$err" </dev/null
fi
got=$?
cat "$out"
cat "$err" >&2

[ $got != 77 ] || [ "$want_exit" = 77 ] || exit 77
wrong=
[ "$got" = "$want_exit" ] || wrong="exit code $got, expected $want_exit"
if [ -n "$want_out" ] && ! tr -d '\r' <"$out" | grep -Eq -- "$want_out"; then
    wrong="${wrong:+$wrong; }no line of stdout matches: $want_out"
fi
if [ -n "$want_err" ] && ! tr -d '\r' <"$err" | grep -Eq -- "$want_err"; then
    wrong="${wrong:+$wrong; }no line of stderr matches: $want_err"
fi

if [ -n "$xfail" ]; then
    [ -z "$wrong" ] || { echo "fails as expected ($wrong): $xfail"; exit 0; }
    echo "passes, though marked xfail: $xfail" >&2
    exit 1
fi
[ -z "$wrong" ] || { echo "$wrong" >&2; exit 1; }
