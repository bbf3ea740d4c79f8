/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks between processes: the word has the Windows thread that holds it in bits 16..47. */
#include "slock.h"

#include <errno.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "park.h"

#define SPINS 200

static inline uint32_t holder_of(uint64_t v)
{
    return (uint32_t)(v >> 16);
}

/* Until the word changes. True: its holder has died. */
static bool wait_change(uint64_t *word, uint64_t v)
{
    int r;

    for (unsigned i = 0; i < SPINS; i++) {
        if (word_get(word) != v)
            return false;
        __builtin_ia32_pause();
    }
    r = park_shared(word, v, holder_of(v), NULL, 0);
    if (r == 0 || r == -EAGAIN)
        return false;
    return r == -EOWNERDEAD || !nt_thread_alive(holder_of(v));
}

int slock_take(uint64_t *word)
{
    uint64_t mine = (uint64_t)self()->wintid << 16, v;

    for (;;) {
        v = word_get(word);
        if (!holder_of(v)) {
            if (word_cas(word, &v, mine | (v & PARKED)))
                return 0;
        } else if (wait_change(word, v)) {
            /* PARKED stays: others wait, too. */
            v = word_get(word);
            if (!nt_thread_alive(holder_of(v)) && word_cas(word, &v, mine | PARKED))
                return -EOWNERDEAD;
        }
    }
}

void slock_release(uint64_t *word)
{
    if (__atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST) & PARKED)
        park_shared_wake(word);
}
