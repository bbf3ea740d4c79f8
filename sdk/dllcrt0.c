/* SPDX-License-Identifier: BSD-2-Clause */
/* Start file of ported DLLs: the entry that Windows calls. Tells the runtime about the DLL, which
   runs its constructors when it is up and hands its data on in fork. */
#include "startup.h"

enum { PROCESS_DETACH, PROCESS_ATTACH };

int DllMain(void *module, uint32_t reason, void *reserved) __attribute__((__weak__));
int _DllMainCRTStartup(void *module, uint32_t reason, void *reserved);
void _pei386_runtime_relocator(void);

void _pei386_runtime_relocator(void)
{
    start_relocate();
}

int _DllMainCRTStartup(void *module, uint32_t reason, void *reserved)
{
    static struct isthmus_dll dll;

    switch (reason) {
    case PROCESS_ATTACH:
        start_relocate();
        dll.size = sizeof(dll);
        dll.abi = ISTHMUS_ABI;
        dll.image = __ImageBase;
        dll.ctors = __CTOR_LIST__;
        dll.dtors = __DTOR_LIST__;
        dll.main = DllMain;
        return __isthmus_dll(&dll, 1);
    case PROCESS_DETACH:
        if (!reserved) /* otherwise the process ends, and exit() has run what is to be run */
            __isthmus_dll(&dll, 0);
        return 1;
    default:
        return DllMain ? DllMain(module, reason, reserved) : 1;
    }
}
