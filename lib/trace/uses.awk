# SPDX-License-Identifier: BSD-2-Clause
# Gives each source of the runtime a header with just the emitters that it calls, so that a new event
# compiles the files that use it and no others.
#   awk -v dir=build/gen/emit -f lib/trace/uses.awk build/gen/trace_emit.h SOURCES and HEADERS...
# A header is written only when its content changes. What headers of the runtime call goes to everybody.

# The first file: one block an event, as gen.awk writes it.
NR == FNR {
    if ($1 == "#define" && $2 ~ /^TRACE_ID_/) {
        id[substr($2, 10)] = $0
    } else if (/^\/\* .* \*\/$/) {
        doc = $0
    } else if (/^void trace_put_/) {
        name = substr($2, 11)
        sub(/\(.*/, "", name)
        block[name] = doc "\n" $0
        open = 1
    } else if (open) {
        block[name] = block[name] "\n" $0
        if ($0 == "}")
            open = 0
    }
    if (/TRACE_EMIT_IMPLEMENT/)
        nextfile
    next
}

FNR == 1 { files[++nfiles] = FILENAME; uses[nfiles] = " " }

{
    line = $0
    while (match(line, /trace_[a-z0-9_]+\(|TRACE_ID_[a-z0-9_]+/)) {
        word = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        sub(/^trace_|^TRACE_ID_/, "", word)
        sub(/\($/, "", word)
        if (word in block && !index(uses[nfiles], " " word " "))
            uses[nfiles] = uses[nfiles] word " "
    }
}

function content(file, i,    n, word, k, text) {
    text = "/* Made by lib/trace/uses.awk: the emitters that " file " calls. */\n#include \"trace/writer.h\"\n"
    n = split(shared uses[i], word, " ")
    for (k = 1; k <= n; k++)
        if (!((i, word[k]) in put)) {
            put[i, word[k]] = 1
            text = text "\n" id[word[k]] "\n" block[word[k]] "\n"
        }
    return text
}

END {
    for (i = 1; i <= nfiles; i++)
        if (files[i] ~ /\.h$/)
            shared = shared uses[i]
    for (i = 1; i <= nfiles; i++) {
        if (files[i] !~ /\.c$/)
            continue
        flat = files[i]
        gsub("/", ".", flat)
        out = dir "/" flat ".h"
        text = content(files[i], i)
        old = ""
        while ((getline line < out) > 0)
            old = old line "\n"
        close(out)
        if (old != text)
            printf "%s", text > out
        close(out)
    }
}
