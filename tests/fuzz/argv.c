/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines: any line splits, and any argument list comes back through quoting. */
#include <stdint.h>

#include "lib/text/argv.h"
#include "lib/text/utf.h"
#include "fuzz.h"

#define ARGS 20

static void there_and_back(char *s, size_t size)
{
    char *argv[ARGS + 2] = { "prog" };
    struct wbuf line;
    struct args a;
    int n = 1;

    for (size_t i = 0; i < size && n <= ARGS; i += strlen(s + i) + 1)
        argv[n++] = s + i;
    wbuf_init(&line, fuzz_mem, NULL, 0);
    args_init(&a, fuzz_mem);
    if (quote_argv(&line, argv) == 0) {
        MUST(split_cmdline(&a, line.p) == 0);
        MUST(a.argc == n);
        for (int i = 0; i < n; i++)
            MUST(!strcmp(a.argv[i], argv[i]));
    }
    wbuf_cut(&line, 0);
    quote_batch(&line, "cmd.exe", "x.bat", argv);
    args_free(&a);
    wbuf_free(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = fuzz_text(data, size);
    uint16_t *line = malloc(size + 2);
    struct args a;
    struct buf text;

    there_and_back(s, size);
    memcpy(line, data, size & ~(size_t)1);
    line[size / 2] = 0;
    args_init(&a, fuzz_mem);
    MUST(split_cmdline(&a, line) == 0 && a.argc >= 1);
    args_free(&a);
    buf_init(&text, fuzz_mem, NULL, 0);
    wide_to_utf8_text(&text, line, size / 2);
    for (size_t i = 0; i < text.len;) {
        uint32_t c;
        size_t used = utf8_get(text.p + i, text.len - i, &c);

        MUST(used);
        i += used;
    }
    buf_free(&text);
    free(line);
    free(s);
    return 0;
}
