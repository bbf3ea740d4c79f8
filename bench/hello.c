/* SPDX-License-Identifier: BSD-2-Clause */
/* The smallest program on the runtime, for hello-start. */
int main(void)
{
    return 0;
}
