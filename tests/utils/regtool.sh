# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# regtool: keys and values of the registry.
. "$TOP/tests/tap.sh"
need_program regtool
key=/HKCU/Software/IsthmusTest$$

gives "add" 0 "" "$run" regtool add "$key"
gives "check" 0 "" "$run" regtool check "$key"
"$run" regtool add "$key/below"
gives "a string" 0 "some text" sh -c '"$1" regtool set "$2/text" "some text" && "$1" regtool get "$2/text" | tr -d "\r"' sh "$run" "$key"
gives "a number" 0 "17" sh -c '"$1" regtool set "$2/number" 0x11 && "$1" regtool get "$2/number" | tr -d "\r"' sh "$run" "$key"
gives "in hexadecimal" 0 "0x00000011" sh -c '"$1" regtool -x get "$2/number" | tr -d "\r"' sh "$run" "$key"
gives "8 bytes" 0 "5000000000" sh -c '"$1" regtool -Q set "$2/long" 5000000000 && "$1" regtool get "$2/long" | tr -d "\r"' sh "$run" "$key"
gives "several strings" 0 "one
two" sh -c '"$1" regtool -m set "$2/several" one two && "$1" regtool get "$2/several" | tr -d "\r"' sh "$run" "$key"
gives "bytes" 0 "01 ff" sh -c '"$1" regtool -b set "$2/bytes" 1 ff && "$1" regtool get "$2/bytes" | tr -d "\r"' sh "$run" "$key"
gives "with backslashes" 0 "17" sh -c '"$1" regtool get "$(echo "$2/number" | tr / "\\\\")" | tr -d "\r"' sh "$run" "$key"
gives "list -k" 0 "below/" sh -c '"$1" regtool -kp list "$2" | tr -d "\r"' sh "$run" "$key"
check "list -v" sh -c '"$1" regtool -v list "$2" | grep -q "^number (dword) = 17"' sh "$run" "$key"
check "list -J is JSON" sh -c '"$1" regtool -J list "$2" | jq -e -s "any(.[]; .value == \"text\" and .data == \"some text\")"' sh "$run" "$key"
gives "unset" 1 "" sh -c '"$1" regtool unset "$2/text" && "$1" regtool -q get "$2/text"' sh "$run" "$key"
complains "no such value" 1 "there is none" "$run" regtool get "$key/text"
complains "no root" 2 "does not begin with" "$run" regtool get /nonsense/x
complains "no number" 2 "no data of that type" "$run" regtool -d set "$key/x" nonsense
complains "no action" 2 "no such action" "$run" regtool frobnicate x
"$run" regtool remove "$key/below"
gives "remove" 1 "" sh -c '"$1" regtool remove "$2" && "$1" regtool -q check "$2"' sh "$run" "$key"
finish
