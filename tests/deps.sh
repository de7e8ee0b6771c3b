#!/bin/sh
# deps.sh MODULES.MK - prove the include edges: a file of module M includes only the doors of M
# itself and of the modules that `uses_M` names. A door is include/jobmatch/<header>.h; the table
# below says which module a header belongs to where the names differ.
set -u
owner() {
    case $1 in
    arena|buf|bytes|clock|config|epoch|err|log|map|metrics|version) echo base ;;
    sd) echo loop ;;
    title|eval|learn) echo skill ;;
    percolate) echo index ;;
    corpus|rank|explain|scoring|prepare) echo match ;;
    *) echo "$1" ;;
    esac
}
bad=0 edges=0
for dir in src/*/; do
    m=$(basename "$dir")
    allowed=" $m base $(sed -n "s/^uses_$m *:= *//p" "$1") "
    for line in $(grep -Hno '^#include "jobmatch/[a-z_0-9]*\.h"' "$dir"*.c "$dir"*.h 2>/dev/null | tr ' ' '@'); do
        file=${line%%:*}
        header=$(echo "$line" | sed 's/.*jobmatch.\([a-z_0-9]*\)\.h.*/\1/')
        mod=$(owner "$header")
        edges=$((edges + 1))
        case $allowed in
        *" $mod "*) ;;
        *) echo "  $file includes $header.h: $m may not use $mod (modules.mk)"; bad=$((bad + 1)) ;;
        esac
    done
done
for engine in text skill format taxonomy index match model base; do
    hits=$(grep -lE '#include <(event2?/|libpq|curl/)' src/$engine/*.[ch] 2>/dev/null)
    [ -n "$hits" ] && { echo "  the engine does no I/O: $hits"; bad=$((bad + 1)); }
done
printf '  %d include edges, %d wrong\n' $edges $bad
[ $bad -eq 0 ]
