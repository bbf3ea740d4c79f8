/* SPDX-License-Identifier: BSD-2-Clause */
/* The report: collecting findings and facts, and printing them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

static const char *const severity_names[] = { "ok", "info", "warning", "error" };
static const char *const severity_colours[] = { "\033[32m", "", "\033[33m", "\033[31m" };

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

void find(struct report *r, enum severity s, const char *remedy, const char *fmt, ...)
{
    va_list ap;
    struct finding *f;

    r->finding = tool_realloc(r->finding, (r->findings + 1) * sizeof(*r->finding));
    f = &r->finding[r->findings++];
    va_start(ap, fmt);
    *f = (struct finding){ s, r->check, format_text(fmt, ap), copy(remedy) };
    va_end(ap);
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

static void print_text(const struct report *r, bool verbose, bool colour, struct buf *out)
{
    const char *group = "";

    for (int s = FIND_ERROR; s >= FIND_OK; s--)
        for (size_t i = 0; i < r->findings; i++) {
            const struct finding *f = &r->finding[i];

            if ((int)f->severity != s || !shown(f, verbose))
                continue;
            buf_puts(out, colour ? severity_colours[s] : "");
            put_padded(out, severity_names[s], 8);
            buf_puts(out, colour && *severity_colours[s] ? "\033[0m" : "");
            put_padded(out, f->check, 14);
            buf_puts(out, f->text);
            buf_putc(out, '\n');
            if (f->remedy) {
                buf_pad(out, ' ', 22);
                buf_puts(out, "-> ");
                buf_puts(out, f->remedy);
                buf_putc(out, '\n');
            }
        }
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
        json_member(out, "text", f->text);
        json_member(out, "remedy", f->remedy);
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
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Isthmus: report</title>\n"
    "<style>body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse;width:100%;margin:.5em 0 2em}"
    "td,th{text-align:left;vertical-align:top;padding:.3em .7em;border-bottom:1px solid #ddd}"
    "td{overflow-wrap:anywhere}.error{color:#a00;font-weight:600}.warning{color:#8a5a00;font-weight:600}"
    ".ok{color:#186a18}.remedy{color:#555}h2{margin-top:1.5em}</style></head><body>\n";

static void finding_html(const struct finding *f, struct buf *out)
{
    const char *name = severity_names[f->severity];

    buf_puts(out, "<tr><td class=\"");
    buf_puts(out, name);
    buf_puts(out, "\">");
    buf_puts(out, name);
    buf_puts(out, "</td><td>");
    put_html(out, f->check);
    buf_puts(out, "</td><td>");
    put_html(out, f->text);
    if (f->remedy) {
        buf_puts(out, "<div class=\"remedy\">&rarr; ");
        put_html(out, f->remedy);
        buf_puts(out, "</div>");
    }
    buf_puts(out, "</td></tr>\n");
}

static void print_html(const struct report *r, bool verbose, struct buf *out)
{
    const char *group = NULL;

    buf_puts(out, html_head);
    buf_puts(out, "<h1>Isthmus: report</h1>\n<p>");
    summary_text(r, out);
    buf_puts(out, "</p>\n<table><tr><th>severity</th><th>check</th><th>finding</th></tr>\n");
    for (int s = FIND_ERROR; s >= FIND_OK; s--)
        for (size_t i = 0; i < r->findings; i++)
            if ((int)r->finding[i].severity == s && shown(&r->finding[i], verbose))
                finding_html(&r->finding[i], out);
    buf_puts(out, "</table>\n");
    for (size_t i = 0; verbose && i < r->facts; i++) {
        const struct fact *f = &r->fact[i];

        if (!group || strcmp(group, f->group)) {
            buf_puts(out, group ? "</table>\n<h2>" : "<h2>");
            put_html(out, group = f->group);
            buf_puts(out, "</h2>\n<table>\n");
        }
        buf_puts(out, "<tr><td>");
        put_html(out, f->name);
        buf_puts(out, "</td><td>");
        put_html(out, f->value);
        buf_puts(out, "</td></tr>\n");
    }
    buf_puts(out, group ? "</table>\n</body></html>\n" : "</body></html>\n");
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
