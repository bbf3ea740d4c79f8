/* SPDX-License-Identifier: BSD-2-Clause */
/* What starting a program costs under this Windows: kernel32 and nothing else. */
__attribute__((dllimport)) __attribute__((noreturn)) void ExitProcess(unsigned code);
void mainCRTStartup(void);

void mainCRTStartup(void)
{
    ExitProcess(0);
}
