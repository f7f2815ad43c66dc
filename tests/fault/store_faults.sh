#!/usr/bin/env bash
# A store that is killed, whose calls fail, whose power goes off and whose files are damaged. A sample in
# half a minute; with TOCSIN_SLOW set every call and 10,000 images (some ten minutes).
set -u
faults=$1 failed=0
if [ -n "${TOCSIN_SLOW:-}" ]; then
    kills=1 errors=7 power=10000 syncs=10000 mutations=10000
else
    kills=211 errors=307 power=300 syncs=250 mutations=250
fi
"$faults" kills "$kills" || failed=1
"$faults" errors "$errors" || failed=1
"$faults" power "$power" || failed=1
"$faults" syncs "$syncs" || failed=1
"$faults" mutations "$mutations" || failed=1
exit "$failed"
