# SPDX-License-Identifier: BSD-2-Clause
# timeout: 900
# alone: builds with sanitizers
# Every fuzz target on its corpus: inputs that once made something fail, and a seed for each form.
. "$TOP/tests/tap.sh"

command -v "${CLANG:-clang-14}" >/dev/null || skip_all "no clang with libFuzzer"
for f in "$TOP"/tests/fuzz/*.c; do
    name=$(basename "$f" .c)
    if "$TOP/tests/fuzz/run.sh" "$name" >"$name.out" 2>&1; then
        pass "corpus of $name"
    else
        fail "corpus of $name" "$(tail -20 "$name.out")"
    fi
done
finish
