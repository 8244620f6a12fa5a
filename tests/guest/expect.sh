#!/bin/sh
# Runs a command and compares what it did with what a test program's directives expect:
#   expect.sh [--exit=N] [--stdout=REGEX] [--stderr=REGEX] [--stdin=TEXT] [--args=WORDS] [--xfail=WHY] -- command…
# REGEX is extended; some line must match. TEXT is for printf, and becomes the standard input. WORDS are
# further arguments, quoted as in a shell. With --xfail the test is known to fail; passing is then the
# failure, so that the mark goes away.
want_exit=0 want_out='' want_err='' input='' args='' xfail=''
while [ "$1" != -- ]; do
    value=${1#*=}
    case $1 in
        --exit=*) want_exit=$value ;;
        --stdout=*) want_out=$value ;;
        --stderr=*) want_err=$value ;;
        --stdin=*) input=$value ;;
        --args=*) args=$value ;;
        --xfail=*) xfail=$value ;;
        *) echo "expect.sh: what is $1?" >&2; exit 2 ;;
    esac
    shift
done
shift
# CMake lists cannot hold an empty argument, hence the detour through a string.
eval "set -- \"\$@\" $args"

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
    echo "passes, though marked xfail; remove the mark: $xfail" >&2
    exit 1
fi
[ -z "$wrong" ] || { echo "$wrong" >&2; exit 1; }
