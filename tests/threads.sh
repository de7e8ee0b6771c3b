#!/bin/sh
# threads.sh BUILD NAME... - prove that NAME... (the tests that `make tsan` runs) are those test
# binaries that can start a thread: they ask the system for pthread_create, or use libcurl, which
# resolves names in a thread. Where there is one thread there is no race to find. A test that could
# but does not is left out when it proves that itself, by __libc_single_threaded at its end.
set -u
build=$1; shift
bad=0 able=0
for src in tests/*/test_*.c; do
    name=${src#tests/}; name=${name%.c}
    case " $* " in *" $name "*) listed=1 ;; *) listed=0 ;; esac
    if nm -D --undefined-only "$build/tests/$name" | grep -qE ' (pthread_create|curl_multi_init)' &&
        ! grep -q 'assert_true(__libc_single_threaded)' "$src"; then
        able=$((able + 1))
        [ $listed = 1 ] || { echo "  $name can start threads: THREADED in the Makefile lacks it"; bad=1; }
    elif [ $listed = 1 ]; then
        echo "  $name starts no thread: THREADED in the Makefile has it"; bad=1
    fi
done
printf '  %d tests that can start threads\n' $able
[ $bad -eq 0 ]
