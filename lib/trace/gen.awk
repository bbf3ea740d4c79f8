# SPDX-License-Identifier: BSD-2-Clause
# Turns events.def into emitters (out=emit), decoders' tables (out=desc) or a reference page (out=doc).
#   awk -v out=emit|desc|doc -f lib/trace/gen.awk lib/trace/events.def

function die(msg) {
    print FILENAME ": event " number[n] " " name[n] ": " msg >"/dev/stderr"
    failed = 1
    exit 1
}

# Position of the parenthesis that closes the one at `at`; strings are skipped.
function closing(s, at,    i, c, depth, quoted) {
    for (i = at; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (quoted) {
            if (c == "\\")
                i++
            else if (c == "\"")
                quoted = 0
        } else if (c == "\"") {
            quoted = 1
        } else if (c == "(") {
            depth++
        } else if (c == ")" && --depth == 0) {
            return i
        }
    }
    return 0
}

function trim(s) {
    gsub(/^[ \t\n,]+|[ \t\n,]+$/, "", s)
    return s
}

# F(type, name, MEANING) or O(...): one field of event n.
function field(kind, body,    part, k) {
    if (split(body, part, ",") != 3)
        die("field needs type, name, MEANING: " body)
    k = ++fields[n]
    ftype[n, k] = trim(part[1])
    fname[n, k] = trim(part[2])
    fmean[n, k] = trim(part[3])
    fout[n, k] = kind == "O"
    if (!(ftype[n, k] in ctype))
        die("unknown type " ftype[n, k])
    if (fname[n, k] ~ /^(ts|seq|pid|tid|category|event|lost)$/)
        die("field name " fname[n, k] " is one of each JSON line's own")
    if (k > 24)
        die("more than TRACE_MAX_FIELDS fields")
    if (fname[n, k] == "ret")
        has_ret[n] = 1
    if (fmean[n, k] == "PATH")
        paths[n]++
    if (ftype[n, k] == "str" && ++strs[n] > 3)
        die("more than 3 strings do not fit the smallest packet")
}

# The parts of one EVENT(...).
function event(s,    at, head, kind, end, rest) {
    at = index(s, "\"")
    head = substr(s, 1, at - 1)
    n++
    split(head, part, ",")
    number[n] = trim(part[1]) + 0
    name[n] = trim(part[2])
    category[n] = trim(part[3])
    call[n] = category[n] == "SYSCALL"
    if (number[n] in seen)
        die("number already taken by " seen[number[n]])
    if (number[n] < 1 || number[n] >= 1024)
        die("number out of range")
    seen[number[n]] = name[n]
    rest = substr(s, at + 1)
    at = index(rest, "\"")
    doc[n] = substr(rest, 1, at - 1)
    rest = trim(substr(rest, at + 1))
    while (rest != "") {
        if (substr(rest, 1, 4) == "KEEP") {
            keep[n] = 1
            rest = trim(substr(rest, 5))
            continue
        }
        kind = substr(rest, 1, 1)
        end = closing(rest, 2)
        if (!end || kind !~ /[FOT]/)
            die("cannot read: " rest)
        if (kind == "T")
            text[n] = substr(rest, 3, end - 3)
        else
            field(kind, substr(rest, 3, end - 3))
        rest = trim(substr(rest, end + 1))
    }
    if (!call[n] && !(n in text))
        die("needs its text line")
}

# Name of a C parameter: errno, si_pid and others are macros somewhere.
function param(k) {
    return "a_" fname[n, k]
}

function params(    k, s) {
    for (k = 1; k <= fields[n]; k++)
        s = s (k > 1 ? ", " : "") ctype[ftype[n, k]] (ctype[ftype[n, k]] ~ /\*$/ ? "" : " ") param(k)
    return s == "" ? "void" : s
}

function args(    k, s) {
    for (k = 1; k <= fields[n]; k++)
        s = s (k > 1 ? ", " : "") param(k)
    return s
}

function emit_inline(    cond) {
    cond = "TRACE_UNLIKELY((int8_t)trace_mask[" number[n] "] > 0)"
    if (has_ret[n])
        cond = "TRACE_WANTED(trace_mask[" number[n] "], a_ret)"
    printf "/* %s */\n", doc[n]
    printf "void trace_put_%s(%s);\n", name[n], params()
    printf "static inline void trace_%s(%s)\n{\n", name[n], params()
    if (keep[n])
        printf "    trace_put_%s(%s);\n}\n\n", name[n], args()
    else
        printf "    if (%s)\n        trace_put_%s(%s);\n}\n\n", cond, name[n], args()
}

# Condition under which the pointer of field k must not be followed.
function bad(k) {
    if (!has_ret[n])
        return "0"
    return fout[n, k] ? "a_ret < 0" : "a_ret == -14"
}

# Bytes of the payload of event n; -1: strings or buffers decide.
function fixed_size(    k, size) {
    if (keep[n])
        return -1
    size = call[n] ? 8 : 0
    for (k = 1; k <= fields[n]; k++) {
        if (!(ftype[n, k] in width))
            return -1
        size += width[ftype[n, k]]
    }
    return size
}

function put_fields(    k, t) {
    for (k = 1; k <= fields[n]; k++) {
        t = ftype[n, k]
        if (t == "str")
            printf "    p = trace_put_str(p, &span_%s);\n", param(k)
        else if (t == "buf")
            printf "    p = trace_put_buf(p, %s, len_%s);\n", param(k), param(k)
        else if (t == "ptr")
            printf "    TRACE_PUT(p, (uint64_t)(uintptr_t)%s);\n", param(k)
        else
            printf "    TRACE_PUT(p, %s);\n", param(k)
    }
}

# Field k, whose bytes begin at `at` of the payload, into the words of eight bytes that it lies in.
function pack(k, at,    i, sh, v) {
    v = "(uint64_t)" (ftype[n, k] == "ptr" ? "(uintptr_t)" : "(" unsigned[width[ftype[n, k]]] ")") param(k)
    i = int(at / 8)
    sh = at % 8 * 8
    word[i] = word[i] (i in word && word[i] != "" ? " | " : "") v (sh ? " << " sh : "")
    if (sh + width[ftype[n, k]] * 8 > 64)
        word[i + 1] = v " >> " 64 - sh
}

# An event of numbers only. Nothing on its way can fault or be interrupted, so one store at the end makes
# it an event. What is rare is in a function of its own, so that this one calls nothing and saves no registers.
# Stores are what such an event costs, so the payload is put together from words.
function emit_fixed(size,    need, k, at) {
    need = 16 + int((size + 7) / 8) * 8
    printf "TRACE_COLD void trace_cold_%s(%s);\n", name[n], params()
    printf "void trace_put_%s(%s)\n{\n", name[n], params()
    print "    uint32_t now[2];\n    uint64_t at;"
    print "    struct trace_writer *w = TRACE_SELF();"
    print "    uint8_t *p, *e;\n\n    trace_tsc_halves(now);"
    print "    if (!w)\n        return;"
    print "    at = w->at;"
    printf "    if (TRACE_UNLIKELY((uint32_t)at + %d > w->limit%s)) {\n", need, (call[n] ? " || TRACE_STACKS(w)" : "")
    printf "        trace_cold_%s(%s);\n        return;\n    }\n", name[n], args()
    printf "    e = trace_start(trace_pos_at(w, at), now, %d);\n", need
    print "    p = e + sizeof(struct trace_event);\n    (void)p;"
    if (call[n])
        print "    trace_word(p, *trace_timing ? trace_dur(w, trace_whole(now), TRACE_T0(w), p) : 0);"
    split("", word)
    at = call[n] ? 8 : 0
    for (k = 1; k <= fields[n]; k++) {
        pack(k, at)
        at += width[ftype[n, k]]
    }
    for (k = call[n] ? 1 : 0; k * 8 < at; k++)
        printf "    trace_word(p + %d, %s);\n", k * 8, word[k]
    printf "    trace_finish(w, at, e, %d, %du, %d);\n}\n\n", number[n], size, need
    printf "TRACE_COLD void trace_cold_%s(%s)\n{\n", name[n], params()
    print "    struct trace_writer *w = TRACE_SELF();\n"
    if (call[n])
        print "    TRACE_STACK(w);"
    print "    w->stacked = 1;"
    printf "    if (trace_room(w) >= %d || trace_begin_slow(w, %d))\n", need, need
    printf "        trace_put_%s(%s);\n    w->stacked = 0;\n}\n\n", name[n], args()
}

function emit_body(    k, t, fixed, size) {
    if (fixed_size() >= 0) {
        emit_fixed(fixed_size())
        return
    }
    printf "void trace_put_%s(%s)\n{\n", name[n], params()
    print "    struct trace_writer *w = TRACE_SELF();"
    print "    struct trace_event *e;\n    uint8_t *p;"
    fixed = call[n] ? 8 : 0
    size = ""
    for (k = 1; k <= fields[n]; k++) {
        t = ftype[n, k]
        if (t == "str") {
            printf "    struct trace_span span_%s = trace_span(%s, %s);\n", param(k), param(k), bad(k)
            size = size " + trace_span_size(&span_" param(k) ")"
        } else if (t == "buf") {
            fixed += 2
            printf "    uint32_t len_%s = trace_buf_len(%s, (int64_t)a_%s, %s);\n", param(k), param(k), \
                fmean[n, k], (has_ret[n] ? "a_ret == -14" : "0")
            size = size " + len_" param(k)
        } else {
            fixed += width[t]
        }
    }
    size = fixed "u" size
    if (keep[n])
        printf "    int on = trace_mask[%d] & TRACE_ON;\n", number[n]
    printf "\n    if (!w || trace_mask[%d] & TRACE_NEVER)\n        return;\n", number[n]
    if (call[n])
        print "    TRACE_STACK(w);"
    if (keep[n]) {
        printf "    e = on ? trace_begin(w, %s) : trace_keep(w, %d, %s);\n", size, number[n], size
    } else {
        if (call[n] && has_ret[n] && paths[n])
            printf "    if (a_ret < 0 && w->kept)\n        trace_kept_publish(w, %d);\n", paths[n]
        printf "    e = trace_begin(w, %s);\n", size
    }
    print "    if (!e)\n        return;\n    p = (uint8_t *)(e + 1);"
    if (call[n])
        print "    TRACE_PUT(p, *trace_timing ? trace_dur(w, e->tsc, TRACE_T0(w), p) : 0);"
    put_fields()
    if (keep[n])
        printf "    if (on)\n    "
    printf "    trace_commit(e, %d);\n}\n\n", number[n]
}

function emit(    i) {
    print "/* Made by lib/trace/gen.awk from events.def. Do not edit. */"
    print "#ifndef TRACE_EMIT_H\n#define TRACE_EMIT_H\n\n#include \"trace/writer.h\"\n"
    for (i = 1; i <= n; i++)
        printf "#define TRACE_ID_%s %d\n", name[i], number[i]
    print ""
    last = n
    for (n = 1; n <= last; n++)
        emit_inline()
    print "#endif\n"
    print "/* The functions behind, for the one file that defines this, TRACE_SELF() and TRACE_T0(w). */"
    print "#ifdef TRACE_EMIT_IMPLEMENT"
    print "#ifndef TRACE_STACK\n#define TRACE_STACK(w) ((void)0)\n#define TRACE_STACKS(w) 0\n#endif"
    for (n = 1; n <= last; n++)
        emit_body()
    print "const uint8_t trace_mask_default[TRACE_MAX_EVENTS] = {"
    for (n = 1; n <= last; n++)
        if (category[n] in always)
            printf "    [%d] = TRACE_ON, /* %s */\n", number[n], name[n]
    print "};\n#endif"
}

function desc(    k, m, t, order, used) {
    print "/* Made by lib/trace/gen.awk from events.def. Do not edit. */"
    print "#include \"trace/desc.h\"\n"
    print "#define X(m, v, n) { (int64_t)(m), (v), #n },"
    used["ERRNO"] = used["SIG"] = used["NTSTATUS"] = 1
    for (i = 1; i <= n; i++)
        for (k = 1; k <= fields[i]; k++)
            if (ftype[i, k] != "buf" && !(fmean[i, k] in plain))
                used[fmean[i, k]] = 1
    for (m in used) {
        printf "static const struct trace_row rows_%s[] = {\n#include \"trace/tables/%s.h\"\n};\n", \
            tolower(m), tolower(m)
        printf "const struct trace_table trace_table_%s = { \"%s\", rows_%s, sizeof rows_%s / sizeof rows_%s[0] };\n", \
            tolower(m), m, tolower(m), tolower(m), tolower(m)
    }
    print "#undef X\n"
    for (i = 1; i <= n; i++) {
        if (!fields[i])
            continue
        printf "static const struct trace_field f_%s[] = {\n", name[i]
        for (k = 1; k <= fields[i]; k++) {
            m = fmean[i, k]
            t = ftype[i, k]
            printf "    { .name = \"%s\", .type = TRACE_TYPE_%s, ", fname[i, k], toupper(t)
            if (t == "buf")
                printf ".meaning = TRACE_MEAN_BUF, .ref = %d", ref(i, m)
            else if (m in plain)
                printf ".meaning = TRACE_MEAN_%s", m
            else
                printf ".meaning = TRACE_MEAN_TABLE, .table = &trace_table_%s", tolower(m)
            printf "%s },\n", (fout[i, k] ? ", .out = 1" : "")
        }
        print "};"
    }
    print "\nconst struct trace_desc trace_descs[] = {"
    for (i = 1; i <= n; i++) {
        for (k = fields[i]; k > 0 && fname[i, k] != "ret"; k--)
            ;
        printf "    { .id = %d, .category = TRACE_CAT_%s, .nfields = %d, .call = %d, .always = %d, .ret = %d,\n", \
            number[i], category[i], fields[i], call[i], ((category[i] in always) ? 1 : 0), k
        printf "      .name = \"%s\", .doc = \"%s\",\n", name[i], doc[i]
        printf "      .text = %s, .fields = %s },\n", ((i in text) ? text[i] : "0"), \
            (fields[i] ? "f_" name[i] : "0")
    }
    print "};"
    printf "const unsigned trace_desc_count = %d;\n", n
}

function ref(i, m,    k) {
    for (k = 1; k <= fields[i]; k++)
        if (fname[i, k] == m)
            return k - 1
    die("no field " m " for the length of a buffer")
}

function reference(    k, c, i) {
    print "# Events\n"
    print "Made from `lib/trace/events.def`. Numbers are the wire format. Types are little-endian, the"
    print "meaning says how `strace` shows a field. Fields marked * are results, shown when a call succeeded."
    print "A call's JSON line also has `dur` and, when it failed, `errno`.\n"
    for (i = 1; i <= n; i++) {
        if (category[i] != c) {
            c = category[i]
            printf "\n## %s%s\n\n| number | event | fields | what it says |\n|---|---|---|---|\n", tolower(c), \
                ((c in always) ? " (always recorded)" : "")
        }
        printf "| %d | `%s` | ", number[i], name[i]
        for (k = 1; k <= fields[i]; k++)
            printf "%s`%s%s` %s %s", (k > 1 ? ", " : ""), fname[i, k], (fout[i, k] ? "*" : ""), \
                ftype[i, k], (ftype[i, k] == "buf" ? "bytes" : tolower(fmean[i, k]))
        printf " | %s |\n", doc[i]
    }
}

BEGIN {
    unsigned[1] = "uint8_t"; unsigned[2] = "uint16_t"; unsigned[4] = "uint32_t"; unsigned[8] = "uint64_t"
    ctype["s8"] = "int8_t"; ctype["u8"] = "uint8_t"; ctype["s16"] = "int16_t"; ctype["u16"] = "uint16_t"
    ctype["s32"] = "int32_t"; ctype["u32"] = "uint32_t"; ctype["s64"] = "int64_t"; ctype["u64"] = "uint64_t"
    ctype["ptr"] = "const void *"; ctype["str"] = "const char *"; ctype["buf"] = "const void *"
    width["s8"] = width["u8"] = 1; width["s16"] = width["u16"] = 2; width["s32"] = width["u32"] = 4
    width["s64"] = width["u64"] = width["ptr"] = 8
    split("DEC HEX FD DIRFD PATH STR RET RETPTR RETOCT PID ID DUR BYTES MODE STMODE WSTATUS ERRNO NTSTATUS " \
          "SIGSET SIGHANDLER BOOL PTR", list, " ")
    for (i in list)
        plain[list[i]] = 1
    split("FORK EXEC SIGNAL DLL PROCESS ERROR USER", list2, " ")
    for (i in list2)
        always[list2[i]] = 1
}

{ source = source $0 "\n" }

END {
    if (failed)
        exit 1
    # Comments go first: /* ... */
    while ((i = index(source, "/*")) > 0) {
        rest = substr(source, i)
        j = index(rest, "*/")
        source = substr(source, 1, i - 1) substr(rest, j + 2)
    }
    while ((i = index(source, "EVENT(")) > 0) {
        source = substr(source, i + 5)
        j = closing(source, 1)
        event(substr(source, 2, j - 2))
        source = substr(source, j + 1)
    }
    if (out == "emit")
        emit()
    else if (out == "desc")
        desc()
    else if (out == "doc")
        reference()
    else
        die("out= must be emit, desc or doc")
}
