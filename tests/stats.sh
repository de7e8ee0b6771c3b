#!/bin/sh
# stats.sh - sizes of our own code: files, functions, comments. Functions are counted by ctags.
set -u
wc -l src/*/*.c src/*/*.h include/jobmatch/*.h | awk '$2 != "total" {n++; s += $1; a[n] = $1}
    END {print "files " n ", lines " s}'
wc -l src/*/*.c | awk '$2 != "total" {print $1}' | sort -n |
    awk '{a[NR] = $1} END {print "file lines: median " a[int(NR / 2)] ", p95 " a[int(NR * .95)] ", max " a[NR]}'
if command -v ctags >/dev/null; then
    ctags --languages=C --kinds-C=f --fields=+ne -o - src/*/*.c 2>/dev/null | awk -F'\t' '{
        l = e = 0
        for (i = 4; i <= NF; i++) { if ($i ~ /^line:/) l = substr($i, 6); if ($i ~ /^end:/) e = substr($i, 5) }
        if (e >= l && e) print e - l + 1 "\t" $2 ":" $1 }' | sort -n |
        awk -F'\t' '{a[NR] = $1; w = $2} END {print "function lines: median " a[int(NR / 2)] ", p95 " \
            a[int(NR * .95)] ", max " a[NR] " (" w "), of " NR}'
fi
wc -l tests/*/*.c tests/*/*.py | awk '$2 == "total" {print "test lines " $1}'
