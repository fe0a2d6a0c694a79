#!/bin/sh
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/planted.sh"
summary="$tools/test-summary.py $tree/log.json"

last_line_is() {
	if [ "$(printf '%s\n' "$output" | tail -n 1)" = "$2" ]; then
		verdict "$1" yes
	else
		verdict "$1" no
	fi
}

cat <<'END' | plant log.json
{"name": "a", "result": "OK", "returncode": 0, "stdout": "1..3\nok 1 - x\nok 2 - y\nok 3 # SKIP z\n"}
{"name": "b", "result": "OK", "returncode": 0, "stdout": "no TAP here"}
{"name": "c", "result": "SKIP", "returncode": 77, "stdout": ""}
END
accepts 'all pass' $summary
last_line_is 'cases are added up' '3 passed, 0 failed'
cat <<'END' | plant log.json
{"name": "a", "result": "FAIL", "returncode": 1, "stdout": "ok 1\nnot ok 2\nnot ok 3\n"}
{"name": "b", "result": "FAIL", "returncode": 1, "stdout": "ok 1\nok 2\n", "stderr": "leak of 3 bytes"}
{"name": "c", "result": "TIMEOUT", "returncode": -15}
END
accepts 'some fail' $summary
last_line_is 'a leak and a timeout count as failures' '3 passed, 4 failed'
case $output in
*'b: FAIL'*'leak of 3 bytes'*) verdict 'the output of what failed is shown' yes ;;
*) verdict 'the output of what failed is shown' no ;;
esac
cat <<'END' | plant log.json
{"name": "a", "result": "OK", "returncode": 0, "stdout": ".....\n12 passed, 1 skipped in 3.21s\n"}
{"name": "b", "result": "FAIL", "returncode": 1, "stdout": "FAILED x\n1 failed, 4 passed, 2 errors in 63.11s (0:01:03)\n"}
END
accepts 'cases of pytest' $summary
last_line_is 'are added up too' '16 passed, 3 failed'
: | plant log.json
refuses 'a run without tests' '0 passed, 1 failed' $summary
rm "$tree/log.json"
refuses 'a run without a log' '0 passed, 1 failed' $summary
done_testing
