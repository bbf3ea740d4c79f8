/* SPDX-License-Identifier: BSD-2-Clause */
/* The report: collecting findings and facts, and printing them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

static const char *const severity_names[] = { "ok", "info", "warning", "error" };
static const char *const severity_colours[] = { "\033[32m", "", "\033[33m", "\033[31m" };

#define TEXT_INDENT 35 /* of the texts of findings: behind severity and name */

static char *format_text(const char *fmt, va_list ap)
{
    va_list again;
    int n;
    char *s;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    s = tool_realloc(NULL, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, ap);
    return s;
}

static char *copy(const char *s)
{
    return s ? strcpy(tool_realloc(NULL, strlen(s) + 1), s) : NULL;
}

void find(struct report *r, enum severity s, const char *id, const char *remedy, const char *fmt, ...)
{
    va_list ap;
    struct finding *f;

    r->finding = tool_realloc(r->finding, (r->findings + 1) * sizeof(*r->finding));
    f = &r->finding[r->findings++];
    va_start(ap, fmt);
    *f = (struct finding){ s, r->check, id, format_text(fmt, ap), copy(remedy), NULL, 0, 0, NULL };
    va_end(ap);
}

void evidence(struct report *r, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    r->finding[r->findings - 1].evidence = format_text(fmt, ap);
    va_end(ap);
}

void fixable(struct report *r, enum fix fix, const char *what, unsigned key)
{
    struct finding *f = &r->finding[r->findings - 1];

    f->fix = fix;
    f->fix_key = key;
    f->fix_what = copy(what);
}

static void clean(char **text)
{
    struct buf b;

    if (!*text)
        return;
    buf_init(&b, tool_realloc, NULL, 0);
    secret_clean(&b, *text);
    buf_putc(&b, 0);
    tool_realloc(*text, 0);
    *text = b.p;
}

void report_clean(struct report *r)
{
    for (size_t i = 0; i < r->findings; i++) {
        clean(&r->finding[i].text);
        clean(&r->finding[i].remedy);
        clean(&r->finding[i].evidence);
    }
    for (size_t i = 0; i < r->facts; i++) {
        struct fact *f = &r->fact[i];
        struct buf b;

        if (strcmp(f->group, "environment")) {
            clean(&f->name);
            clean(&f->value);
            continue;
        }
        buf_init(&b, tool_realloc, NULL, 0);
        secret_variable(&b, f->name, f->value);
        buf_putc(&b, 0);
        tool_realloc(f->value, 0);
        f->value = b.p;
    }
    secret_report(r);
}

/* Several checks add to one group: its facts come together, where the first one was. */
static void group_facts(struct report *r)
{
    struct fact *sorted = tool_realloc(NULL, (r->facts + 1) * sizeof(*sorted));
    size_t n = 0;

    for (size_t i = 0; i < r->facts; i++) {
        const char *group = r->fact[i].group;

        for (size_t k = i; group && k < r->facts; k++)
            if (r->fact[k].group && !strcmp(r->fact[k].group, group)) {
                sorted[n++] = r->fact[k];
                if (k > i)
                    r->fact[k].group = NULL;
            }
    }
    tool_realloc(r->fact, 0);
    r->fact = sorted;
    r->facts = n;
}

void report_sort(struct report *r)
{
    struct finding *sorted = tool_realloc(NULL, (r->findings + 1) * sizeof(*sorted));
    size_t n = 0;

    for (int s = FIND_ERROR; s >= FIND_OK; s--)
        for (size_t i = 0; i < r->findings; i++)
            if ((int)r->finding[i].severity == s)
                sorted[n++] = r->finding[i];
    tool_realloc(r->finding, 0);
    r->finding = sorted;
    group_facts(r);
}

void fact(struct report *r, const char *group, const char *name, const char *fmt, ...)
{
    va_list ap;
    struct fact *f;

    r->fact = tool_realloc(r->fact, (r->facts + 1) * sizeof(*r->fact));
    f = &r->fact[r->facts++];
    va_start(ap, fmt);
    *f = (struct fact){ group, copy(name), format_text(fmt, ap) };
    va_end(ap);
}

size_t report_count(const struct report *r, enum severity s)
{
    size_t n = 0;

    for (size_t i = 0; i < r->findings; i++)
        n += r->finding[i].severity == s;
    return n;
}

void report_free(struct report *r)
{
    for (size_t i = 0; i < r->findings; i++) {
        tool_realloc(r->finding[i].text, 0);
        tool_realloc(r->finding[i].remedy, 0);
        tool_realloc(r->finding[i].evidence, 0);
        tool_realloc(r->finding[i].fix_what, 0);
    }
    for (size_t i = 0; i < r->facts; i++) {
        tool_realloc(r->fact[i].name, 0);
        tool_realloc(r->fact[i].value, 0);
    }
    tool_realloc(r->finding, 0);
    tool_realloc(r->fact, 0);
    memset(r, 0, sizeof(*r));
}

static bool shown(const struct finding *f, bool verbose)
{
    return verbose || f->severity != FIND_OK;
}

/* ---- text ---- */

static void put_padded(struct buf *out, const char *s, size_t width)
{
    size_t n = strlen(s);

    buf_puts(out, s);
    if (n < width)
        buf_pad(out, ' ', width - n);
}

static void summary_text(const struct report *r, struct buf *out)
{
    char line[128];

    snprintf(line, sizeof(line), "%zu errors, %zu warnings, %zu checks passed\n",
             report_count(r, FIND_ERROR), report_count(r, FIND_WARNING), report_count(r, FIND_OK));
    buf_puts(out, line);
}

static void below(struct buf *out, const char *mark, const char *text)
{
    if (!text)
        return;
    buf_pad(out, ' ', TEXT_INDENT);
    buf_puts(out, mark);
    buf_puts(out, text);
    buf_putc(out, '\n');
}

static void finding_text(const struct finding *f, bool colour, struct buf *out)
{
    const char *paint = colour ? severity_colours[f->severity] : "";
    size_t start = out->len;

    buf_puts(out, paint);
    put_padded(out, severity_names[f->severity], 8);
    buf_puts(out, *paint ? "\033[0m" : "");
    start = out->len;
    buf_puts(out, f->check);
    buf_putc(out, '.');
    buf_puts(out, f->id);
    put_padded(out, "", out->len - start < TEXT_INDENT - 9 ? TEXT_INDENT - 9 - (out->len - start) : 0);
    buf_putc(out, ' ');
    buf_puts(out, f->text);
    buf_putc(out, '\n');
    below(out, "by ", f->evidence);
    below(out, "-> ", f->remedy);
}

static void print_text(const struct report *r, bool verbose, bool colour, struct buf *out)
{
    const char *group = "";

    for (size_t i = 0; i < r->findings; i++)
        if (shown(&r->finding[i], verbose))
            finding_text(&r->finding[i], colour, out);
    for (size_t i = 0; verbose && i < r->facts; i++) {
        if (strcmp(group, r->fact[i].group)) {
            group = r->fact[i].group;
            buf_puts(out, "\n[");
            buf_puts(out, group);
            buf_puts(out, "]\n");
        }
        put_padded(out, r->fact[i].name, 21);
        buf_putc(out, ' ');
        buf_puts(out, r->fact[i].value);
        buf_putc(out, '\n');
    }
    if (verbose)
        buf_putc(out, '\n');
    summary_text(r, out);
}

/* ---- JSON ---- */

static void json_member(struct buf *out, const char *key, const char *value)
{
    json_key(out, key);
    if (value)
        json_strz(out, value);
    else
        buf_puts(out, "null");
}

static void json_count(struct buf *out, const char *key, size_t n)
{
    json_key(out, key);
    buf_putu(out, n);
}

static void print_json(const struct report *r, bool verbose, struct buf *out)
{
    buf_puts(out, "{");
    json_count(out, "errors", report_count(r, FIND_ERROR));
    json_count(out, "warnings", report_count(r, FIND_WARNING));
    json_count(out, "passed", report_count(r, FIND_OK));
    json_key(out, "findings");
    buf_putc(out, '[');
    for (size_t i = 0; i < r->findings; i++) {
        const struct finding *f = &r->finding[i];

        if (!shown(f, verbose))
            continue;
        json_comma(out);
        buf_putc(out, '{');
        json_member(out, "severity", severity_names[f->severity]);
        json_member(out, "check", f->check);
        json_key(out, "id");
        buf_putc(out, '"');
        buf_puts(out, f->check);
        buf_putc(out, '.');
        buf_puts(out, f->id);
        buf_putc(out, '"');
        json_member(out, "text", f->text);
        json_member(out, "remedy", f->remedy);
        json_member(out, "evidence", f->evidence);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
    json_key(out, "facts");
    buf_putc(out, '[');
    for (size_t i = 0; verbose && i < r->facts; i++) {
        json_comma(out);
        buf_putc(out, '{');
        json_member(out, "group", r->fact[i].group);
        json_member(out, "name", r->fact[i].name);
        json_member(out, "value", r->fact[i].value);
        buf_putc(out, '}');
    }
    buf_puts(out, "]}\n");
}

/* ---- HTML ---- */

static void put_html(struct buf *out, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&': buf_puts(out, "&amp;"); break;
        case '<': buf_puts(out, "&lt;"); break;
        case '>': buf_puts(out, "&gt;"); break;
        case '"': buf_puts(out, "&quot;"); break;
        default: buf_putc(out, *s);
        }
}

static const char html_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Isthmus: report</title>\n"
    "<style>:root{color-scheme:light dark;--line:#8884;--soft:#8881;--dim:#777}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:66em;padding:0 1em}"
    "h1{font-size:1.6em;margin-bottom:.2em}.when{color:var(--dim);margin-top:0}"
    ".sum{display:flex;gap:.8em;flex-wrap:wrap;margin:1.2em 0}.sum div{border:1px solid var(--line);"
    "border-radius:.5em;padding:.4em 1em;min-width:6em}.sum b{display:block;font-size:1.6em}"
    ".f{border:1px solid var(--line);border-left:.4em solid var(--dim);border-radius:.4em;padding:.5em .9em;"
    "margin:.5em 0;overflow-wrap:anywhere}.f.error{border-left-color:#c00}.f.warning{border-left-color:#d80}"
    ".f.ok{border-left-color:#2a2}.f small{color:var(--dim)}.f.error b{color:#c00}.f.warning b{color:#b60}"
    ".remedy{margin-top:.3em;background:var(--soft);border-radius:.3em;padding:.3em .6em}"
    ".evidence{color:var(--dim);font-size:.92em}table{border-collapse:collapse;width:100%}"
    "td{vertical-align:top;padding:.2em .6em;border-bottom:1px solid var(--line);overflow-wrap:anywhere;"
    "font:13px/1.45 ui-monospace,monospace}td:first-child{width:28%}"
    "details{margin:.6em 0}summary{cursor:pointer;font-weight:600;padding:.3em 0}</style></head><body>\n";

static void finding_html(const struct finding *f, struct buf *out)
{
    const char *name = severity_names[f->severity];

    buf_puts(out, "<div class=\"f ");
    buf_puts(out, name);
    buf_puts(out, "\"><b>");
    buf_puts(out, name);
    buf_puts(out, "</b> <small>");
    put_html(out, f->check);
    buf_putc(out, '.');
    put_html(out, f->id);
    buf_puts(out, "</small><br>");
    put_html(out, f->text);
    if (f->evidence) {
        buf_puts(out, "<div class=\"evidence\">by ");
        put_html(out, f->evidence);
        buf_puts(out, "</div>");
    }
    if (f->remedy) {
        buf_puts(out, "<div class=\"remedy\">&rarr; ");
        put_html(out, f->remedy);
        buf_puts(out, "</div>");
    }
    buf_puts(out, "</div>\n");
}

static void count_html(const struct report *r, enum severity s, const char *what, struct buf *out)
{
    buf_puts(out, "<div><b>");
    buf_putu(out, report_count(r, s));
    buf_puts(out, "</b>");
    buf_puts(out, what);
    buf_puts(out, "</div>");
}

static void head_html(const struct report *r, struct buf *out)
{
    char when[64] = "";
    time_t now = time(NULL);
    struct tm *t = gmtime(&now);

    if (t)
        strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", t);
    buf_puts(out, html_head);
    buf_puts(out, "<h1>Isthmus: report</h1>\n<p class=\"when\">");
    buf_puts(out, when);
    buf_puts(out, "</p>\n<div class=\"sum\">");
    count_html(r, FIND_ERROR, "errors", out);
    count_html(r, FIND_WARNING, "warnings", out);
    count_html(r, FIND_INFO, "notes", out);
    count_html(r, FIND_OK, "checks passed", out);
    buf_puts(out, "</div>\n");
}

/* What is all right is folded away. */
static void findings_html(const struct report *r, bool verbose, struct buf *out)
{
    size_t good = report_count(r, FIND_OK);

    if (good == r->findings)
        buf_puts(out, "<p>Nothing is wrong.</p>\n");
    for (size_t i = 0; i < r->findings; i++)
        if (r->finding[i].severity != FIND_OK)
            finding_html(&r->finding[i], out);
    if (!verbose || !good)
        return;
    buf_puts(out, "<details><summary>What is all right</summary>\n");
    for (size_t i = 0; i < r->findings; i++)
        if (r->finding[i].severity == FIND_OK)
            finding_html(&r->finding[i], out);
    buf_puts(out, "</details>\n");
}

static void print_html(const struct report *r, bool verbose, struct buf *out)
{
    const char *group = NULL;

    head_html(r, out);
    findings_html(r, verbose, out);
    for (size_t i = 0; verbose && i < r->facts; i++) {
        const struct fact *f = &r->fact[i];

        if (!group || strcmp(group, f->group)) {
            buf_puts(out, group ? "</table></details>\n" : "<h2>Facts</h2>\n");
            buf_puts(out, "<details open><summary>");
            put_html(out, group = f->group);
            buf_puts(out, "</summary><table>\n");
        }
        buf_puts(out, "<tr><td>");
        put_html(out, f->name);
        buf_puts(out, "</td><td>");
        put_html(out, f->value);
        buf_puts(out, "</td></tr>\n");
    }
    buf_puts(out, group ? "</table></details>\n</body></html>\n" : "</body></html>\n");
}

void report_print(const struct report *r, enum format f, bool verbose, bool colour, struct buf *out)
{
    if (f == FORMAT_JSON)
        print_json(r, verbose, out);
    else if (f == FORMAT_HTML)
        print_html(r, verbose, out);
    else
        print_text(r, verbose, colour, out);
}
