# SPDX-License-Identifier: BSD-2-Clause
# The page of strace --format=html as two C strings: what comes before the data, and what comes after.
BEGIN {
    print "/* Made by lib/trace/html.awk from timeline.html. Do not edit. */"
    print "extern const char *const timeline_head[], *const timeline_tail[];"
    print "const char *const timeline_head[] = {"
}
/^@DATA@$/ {
    print "    0\n};\nconst char *const timeline_tail[] = {"
    next
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    print "    \"" $0 "\\n\","
}
END { print "    0\n};" }
