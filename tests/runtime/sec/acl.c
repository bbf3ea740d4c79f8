/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/acl.h>: lists in memory, as text, and of files as far as the file system keeps them. */
#include <acl/libacl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static bool text_is(const char *want, acl_t acl)
{
    char *t = acl_to_any_text(acl, NULL, ',', TEXT_ABBREVIATE | TEXT_NUMERIC_IDS);
    bool same = t && !strcmp(t, want);

    if (!same)
        test_note("%s, wanted %s", t ? t : "(null)", want);
    acl_free(t);
    return same;
}

static void in_memory(void)
{
    acl_entry_t e, first;
    acl_permset_t set;
    acl_tag_t tag;
    acl_t a, b;
    uid_t uid = geteuid(), *got;
    char buf[4096];
    int n = 0;

    test("a list is built entry by entry");
    a = acl_from_mode(0640);
    CHECK(text_is("u::rw-,g::r--,o::---", a));
    CHECK(acl_create_entry(&a, &e) == 0);
    CHECK(acl_set_tag_type(e, ACL_USER) == 0);
    CHECK(acl_set_qualifier(e, &uid) == 0);
    CHECK(acl_get_permset(e, &set) == 0);
    CHECK(acl_clear_perms(set) == 0 && acl_add_perm(set, ACL_READ) == 0 && acl_add_perm(set, ACL_EXECUTE) == 0);
    CHECK_EQ(1, acl_get_perm(set, ACL_READ));
    CHECK_EQ(0, acl_get_perm(set, ACL_WRITE));
    CHECK_EQ(ACL_MISS_ERROR, acl_check(a, NULL));
    CHECK_ERR(EINVAL, acl_valid(a));
    CHECK(acl_calc_mask(&a) == 0);
    CHECK_EQ(0, acl_valid(a));
    CHECK_EQ(5, acl_entries(a));
    got = acl_get_qualifier(e);
    CHECK(got && *got == uid);
    acl_free(got);
    test("entries are given one after the other");
    for (int which = ACL_FIRST_ENTRY; acl_get_entry(a, which, &e) == 1; which = ACL_NEXT_ENTRY, n++)
        CHECK(acl_get_tag_type(e, &tag) == 0 && tag);
    CHECK_EQ(5, n);
    test("a copy is equal, through memory too, until it is changed");
    b = acl_dup(a);
    CHECK_EQ(0, acl_cmp(a, b));
    acl_free(b);
    CHECK_EQ(acl_size(a), acl_copy_ext(buf, a, sizeof buf));
    CHECK_ERR(ERANGE, acl_copy_ext(buf, a, 8));
    b = acl_copy_int(buf);
    CHECK_EQ(0, acl_cmp(a, b));
    CHECK_EQ(1, acl_get_entry(b, ACL_FIRST_ENTRY, &first));
    CHECK_EQ(0, acl_delete_entry(b, first));
    CHECK_EQ(1, acl_cmp(a, b));
    acl_free(b);
    test("a list that is more than a mode says so");
    CHECK_EQ(1, acl_equiv_mode(a, NULL));
    acl_free(a);
    test("two entries of a kind are an error");
    a = acl_from_mode(0600);
    CHECK(acl_create_entry(&a, &e) == 0 && acl_set_tag_type(e, ACL_OTHER) == 0);
    CHECK_EQ(ACL_MULTI_ERROR, acl_check(a, NULL));
    CHECK(acl_error(ACL_MULTI_ERROR) != NULL);
    acl_free(a);
}

static void as_text(void)
{
    static const char *const bad[] = { "u:rwx", "x::rwx", "u::rwz", "u:nobody I know:rwx", "m:x:rwx", "u::rwx:x:y" };
    acl_t a;
    char *t;
    ssize_t n;

    test("text becomes a list and text again");
    a = acl_from_text("user::rwx\ngroup::r-x # the group\nmask:r--,other:---\nuser:18:7");
    CHECK(text_is("u::rwx,u:18:rwx,g::r-x,m::r--,o::---", a));
    t = acl_to_text(a, &n);
    CHECK(t && strlen(t) == (size_t)n && strstr(t, "user:SYSTEM:rwx\t") && strstr(t, "#effective:r--\n"));
    acl_free(t);
    acl_free(a);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test("no list: %s", bad[i]);
        errno = 0;
        CHECK(acl_from_text(bad[i]) == NULL);
        CHECK_EQ(EINVAL, errno);
    }
}

static void of_files(void)
{
    struct stat st;
    acl_t a;
    int fd = open("f", O_CREAT | O_RDWR, 0644);

    test("a file's list is its mode");
    a = acl_get_file("f", ACL_TYPE_ACCESS);
    CHECK(text_is("u::rw-,g::r--,o::r--", a));
    acl_free(a);
    CHECK_EQ(0, acl_extended_file("f"));
    test("a list that is a mode is set by name and by descriptor");
    a = acl_from_text("u::rw-,g::---,o::---");
    CHECK_EQ(0, acl_set_file("f", ACL_TYPE_ACCESS, a));
    CHECK(stat("f", &st) == 0);
    CHECK_EQ(0600, st.st_mode & 07777);
    acl_free(a);
    a = acl_from_mode(0644);
    CHECK_EQ(0, acl_set_fd(fd, a));
    acl_free(a);
    CHECK(fstat(fd, &st) == 0);
    CHECK_EQ(0644, st.st_mode & 07777);
    a = acl_get_fd(fd);
    CHECK(text_is("u::rw-,g::r--,o::r--", a));
    acl_free(a);
    test("what the file system would lose is refused, or comes back");
    a = acl_from_text("u::rw-,u:18:rwx,g::r--,m::rwx,o::r--");
    if (acl_set_file("f", ACL_TYPE_ACCESS, a) == 0) {
        acl_t b = acl_get_file("f", ACL_TYPE_ACCESS);

        CHECK_EQ(0, acl_cmp(a, b));
        acl_free(b);
    } else {
        CHECK_EQ(EOPNOTSUPP, errno);
        CHECK(stat("f", &st) == 0);
        CHECK_EQ(0644, st.st_mode & 07777);
    }
    acl_free(a);
    test("a default list is for folders");
    CHECK(mkdir("d", 0755) == 0);
    a = acl_get_file("d", ACL_TYPE_DEFAULT);
    CHECK_EQ(0, acl_entries(a));
    acl_free(a);
    errno = 0;
    CHECK(acl_get_file("f", ACL_TYPE_DEFAULT) == NULL);
    CHECK_EQ(EACCES, errno);
    a = acl_from_mode(0755);
    CHECK_ERR(EACCES, acl_set_file("f", ACL_TYPE_DEFAULT, a));
    acl_free(a);
    CHECK_EQ(0, acl_delete_def_file("d"));
    test("errors");
    errno = 0;
    CHECK(acl_get_file("nothing", ACL_TYPE_ACCESS) == NULL);
    CHECK_EQ(ENOENT, errno);
    errno = 0;
    CHECK(acl_get_fd(99) == NULL);
    CHECK_EQ(EBADF, errno);
    CHECK_ERR(EINVAL, acl_set_file("f", ACL_TYPE_ACCESS, NULL));
    close(fd);
}

static void solaris(void)
{
    aclent_t e[8];
    mode_t mode;
    char *t;
    int n, which;

    test("Solaris' calls: count, get, set");
    CHECK(chmod("f", 0644) == 0);
    CHECK_EQ(4, acl("f", GETACLCNT, 0, NULL));
    n = acl("f", GETACL, 8, e);
    CHECK_EQ(4, n);
    CHECK_EQ(USER_OBJ, e[0].a_type);
    CHECK_EQ(6, e[0].a_perm);
    CHECK_ERR(EINVAL, acl("f", GETACL, 3, e));
    CHECK_EQ(0, aclcheck(e, n, &which));
    CHECK(acltomode(e, n, &mode) == 0);
    CHECK_EQ(0644, mode);
    mode = 0600;
    CHECK(aclfrommode(e, n, &mode) == 0);
    CHECK_EQ(0, acl("f", SETACL, n, e));
    CHECK(acl("f", GETACL, 8, e) == 4 && acltomode(e, 4, &mode) == 0);
    CHECK_EQ(0600, mode);
    test("and their text");
    t = acltotext(e, 4);
    CHECK_STR("user::rw-,group::---,mask::---,other::---", t);
    free(t);
    {
        aclent_t *list = aclfromtext("user::rwx,user:18:r-x,group::r--,mask:r-x,other:---,default:user::rwx", &n);

        CHECK(list != NULL);
        CHECK_EQ(6, n);
        CHECK_EQ(USER, list[1].a_type);
        CHECK_EQ(18, list[1].a_id);
        CHECK_EQ(DEF_USER_OBJ, list[5].a_type);
        list[5].a_type = OTHER_OBJ;
        CHECK(aclcheck(list, n, &which) != 0);
        CHECK_ERR(EINVAL, aclsort(n, 0, list));
        CHECK_EQ(0, aclsort(5, 1, list));
        CHECK_EQ(USER_OBJ, list[0].a_type);
        CHECK(list[3].a_type == CLASS_OBJ && list[3].a_perm == 5);
        free(list);
    }
}

int main(void)
{
    umask(022);
    in_memory();
    as_text();
    of_files();
    solaris();
    return test_done();
}
