/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces. iphlpapi is loaded when somebody asks. */
#include "nt_netif.h"

#include <errno.h>

#include "mm.h"
#include "ntapi.h"

#define SKIP 0xe /* anycast, multicast, name servers */

_Static_assert(offsetof(struct nt_if, name) == 72 && offsetof(struct nt_if, mac) == 80
               && offsetof(struct nt_if, index6) == 108, "IP_ADAPTER_ADDRESSES");
_Static_assert(offsetof(struct nt_if_addr, prefix) == 56, "IP_ADAPTER_UNICAST_ADDRESS");

typedef uint32_t get_fn(uint32_t family, uint32_t flags, void *reserved, void *list, uint32_t *size);

int nt_if_list(struct nt_if **list)
{
    HMODULE dll = LoadLibraryExW(L"iphlpapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    get_fn *get = dll ? (get_fn *)GetProcAddress(dll, "GetAdaptersAddresses") : NULL;
    uint32_t size = 16384, err;

    *list = NULL;
    if (!get)
        return -ENOSYS;
    for (int tries = 0; tries < 8; tries++) {
        rt_free(*list);
        if (!(*list = rt_zalloc(size)))
            return -ENOMEM;
        err = get(0, SKIP, NULL, *list, &size);
        if (err == 0)
            return 0;
        if (err == ERROR_NO_DATA || err == 232) {
            rt_free(*list);
            *list = NULL;
            return 0;
        }
        if (err != ERROR_BUFFER_OVERFLOW)
            break;
    }
    rt_free(*list);
    *list = NULL;
    return win_err(err);
}
