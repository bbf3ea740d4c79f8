/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading of process sections and the index, right ones and wrong ones. */
#include <stdlib.h>

#include "lib/proc/proc.h"
#include "lib/tool/out.h"
#include "tap.h"

static _Alignas(8) unsigned char section[SHM_PROC_SIZE];
static struct shm_proc *const p = (struct shm_proc *)section;
static struct buf text;
static struct proc_info info;

static void fresh(void)
{
    static const char strings[] = "\0/usr/bin/dash\0dash\0-c\0ls\0";

    memset(section, 0, sizeof section);
    p->hdr = (struct shm_hdr){ SHM_MAGIC_PROC, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR, SHM_PROC_SIZE };
    p->pid = 12;
    p->ppid = 3;
    p->winpid = 100;
    p->created = 5;
    p->state = SHM_STATE_RUNNING;
    p->tty = -1;
    p->off_threads = SHM_PROC_OFF_THREADS;
    p->n_threads = SHM_MAX_THREADS;
    p->off_strings = SHM_PROC_OFF_STRINGS;
    p->size_strings = SHM_PROC_SIZE - SHM_PROC_OFF_STRINGS;
    memcpy(section + SHM_PROC_OFF_STRINGS, strings, sizeof strings);
    p->program = 1;
    p->cmdline = 15;
    p->argc = 3;
}

static int reads(size_t size, uint32_t pid)
{
    buf_cut(&text, 0);
    return proc_read(section, size, pid, &info, &text);
}

static void good(void)
{
    struct shm_thread *t = (struct shm_thread *)(section + SHM_PROC_OFF_THREADS);

    test("a section is read");
    fresh();
    t[2].wintid = 9;
    t[2].wait_kind = SHM_WAIT_CHILD;
    t[2].waiting = 1;
    CHECK_EQ(0, reads(sizeof section, 12));
    CHECK(!info.why && !info.torn);
    CHECK_EQ(3, info.ppid);
    CHECK_EQ(SHM_WAIT_CHILD, info.wait_kind);
    CHECK_STR("/usr/bin/dash", text.p + info.program);
    CHECK_EQ(11, info.cmdline_end - info.cmdline);
    CHECK(!memcmp(text.p + info.cmdline, "dash\0-c\0ls\0", 11));
    info.alive = 1;
    CHECK_EQ('S', proc_state_letter(&info));
    info.alive = 0;
    CHECK_EQ('Z', proc_state_letter(&info));
    test("a writer that died in the middle is said, not waited for");
    p->seq = 7;
    CHECK_EQ(0, reads(sizeof section, 12));
    CHECK_EQ(1, info.torn);
}

static void bad(void)
{
    test("wrong header, pid or size");
    fresh();
    CHECK_EQ(-EINVAL, reads(sizeof section, 13));
    CHECK_STR("the section belongs to another pid", info.why);
    CHECK_EQ(-EINVAL, reads(sizeof(struct shm_proc) - 1, 12));
    p->hdr.major++;
    CHECK_EQ(-EINVAL, reads(sizeof section, 12));
    CHECK_STR("written by another major version of Isthmus", info.why);
    p->hdr.magic++;
    CHECK_EQ(-EINVAL, reads(sizeof section, 12));
    test("a newer minor version is read");
    fresh();
    p->hdr.minor += 7;
    CHECK_EQ(0, reads(sizeof section, 12));
    test("places outside of the section");
    fresh();
    p->off_strings = 0xfffffff0;
    CHECK_EQ(-EINVAL, reads(sizeof section, 12));
    fresh();
    p->size_strings++;
    CHECK_EQ(-EINVAL, reads(sizeof section, 12));
    fresh();
    p->n_threads = 0xffffffff;
    CHECK_EQ(-EINVAL, reads(sizeof section, 12));
    fresh();
    p->off_threads = 4;
    CHECK_EQ(-EINVAL, reads(sizeof section, 12));
    test("strings without end, or outside, are left out");
    fresh();
    memset(section + SHM_PROC_OFF_STRINGS, 'x', SHM_PROC_SIZE - SHM_PROC_OFF_STRINGS);
    CHECK_EQ(0, reads(sizeof section, 12));
    CHECK_STR("", text.p + info.program);
    CHECK_EQ(info.cmdline, info.cmdline_end);
    fresh();
    p->program = p->cmdline = 0xffffff00;
    CHECK_EQ(0, reads(sizeof section, 12));
    CHECK_STR("", text.p + info.program);
}

static void index_region(void)
{
    struct shm_index *x = calloc(1, sizeof *x);
    const char *why;

    test("the index's slots are limited by its size");
    CHECK_EQ(-EINVAL, proc_index_check(x, sizeof *x, &why));
    x->hdr = (struct shm_hdr){ SHM_MAGIC_INDEX, ISTHMUS_ABI_MAJOR, 0, sizeof *x };
    x->nslots = SHM_SLOTS;
    CHECK_EQ(SHM_SLOTS, proc_index_check(x, sizeof *x, &why));
    x->nslots = 0xffffffff;
    CHECK_EQ(SHM_SLOTS, proc_index_check(x, sizeof *x, &why));
    CHECK_EQ(2, proc_index_check(x, offsetof(struct shm_index, slots[2]) + 5, &why));
    CHECK_EQ(-EINVAL, proc_index_check(x, 100, &why));
    x->slots[1].pid = 77;
    CHECK_EQ(77, proc_index_slot(x, 1).pid);
    free(x);
}

static void summaries(void)
{
    struct shm_index *x = calloc(1, sizeof *x);
    struct shm_summary *s = &x->summaries[12];
    struct shm_slot slot;

    x->slots[12] = (struct shm_slot){ .pid = SHM_SLOTS + 12, .winpid = 100, .created = 5 };
    x->off_summaries = offsetof(struct shm_index, summaries);
    *s = (struct shm_summary){ .seq = 4, .pid = SHM_SLOTS + 12, .ppid = 3, .winpid = 100, .created = 5,
                               .state = SHM_STATE_RUNNING, .waiting = 1, .name_len = 9 };
    memcpy(s->program, "/bin/dash", 9);
    buf_cut(&text, 0);
    test("a summary is read");
    CHECK_EQ(1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    CHECK(info.pid == (int)SHM_SLOTS + 12 && info.ppid == 3 && info.summary && !info.program_cut && slot.created == 5);
    CHECK_STR("/bin/dash", text.p + info.program);
    info.alive = 1;
    CHECK_EQ('S', proc_state_letter(&info));
    CHECK_EQ(0, proc_summary_at(x, sizeof *x, 13, &slot, &info, &text));
    test("a long name lacks its beginning");
    s->name_len = 200;
    memset(s->program, 'x', sizeof s->program);
    CHECK_EQ(1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    CHECK(info.program_cut && strlen(text.p + info.program) == sizeof s->program);
    test("one that is being written, of another pid, in another's slot or outside: the section tells");
    s->seq++;
    CHECK_EQ(-1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    s->seq++;
    s->pid = 12;
    CHECK_EQ(-1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    x->slots[12].pid = s->pid = 11;
    CHECK_EQ(-1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    x->slots[12].pid = s->pid = 12;
    CHECK_EQ(1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    CHECK_EQ(-1, proc_summary_at(x, offsetof(struct shm_index, summaries[12]) + 8, 12, &slot, &info, &text));
    x->off_summaries = 0;
    CHECK_EQ(-1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    x->off_summaries = 0xfffffff8;
    CHECK_EQ(-1, proc_summary_at(x, sizeof *x, 12, &slot, &info, &text));
    free(x);
}

static void living(void)
{
    struct proc_live v[200];

    test("living processes are found by id and time of creation");
    for (uint32_t i = 0; i < 200; i++)
        v[i] = (struct proc_live){ .winpid = i * 37 % 200 * 4, .created = i * 37 % 200 };
    proc_sort_live(v, 200);
    for (uint32_t i = 0; i < 200; i++) {
        const struct proc_live *l = proc_find_live(v, 200, i * 4, i);

        CHECK(l && l->winpid == i * 4);
        CHECK(!proc_find_live(v, 200, i * 4, i + 1000));
        CHECK(!proc_find_live(v, 200, i * 4 + 1, 0));
    }
    CHECK(!proc_find_live(v, 0, 4, 0));
}

int main(void)
{
    buf_init(&text, tool_realloc, NULL, 0);
    good();
    bad();
    index_region();
    summaries();
    living();
    buf_free(&text);
    return test_done();
}
