#include "parsers/base/alloc.h"
#include "parsers/open/members.h"

#include <criterion/criterion.h>

static tc_arena *arena;
static tc_members *members;

static void set_up(void)
{
    arena = tc_arena_new((size_t)1 << 20);
    members = tc_members_new(arena);
    cr_assert_not_null(members);
}

static void tear_down(void)
{
    tc_arena_free(arena);
}

TestSuite(members, .init = set_up, .fini = tear_down);

/* Tells what is known of a name that nobody keeps: its bytes are gone when this returns. */
static bool known(const char *text, uint16_t scope, uint8_t action)
{
    size_t length = strlen(text);
    uint8_t *bytes = tc_alloc(1, length + 1);
    cr_assert_not_null(bytes);
    memcpy(bytes, text, length);
    bool is_known;
    tc_member *member = tc_members_at(members, scope, tc_slice_make(bytes, length), &is_known);
    if (!is_known) member->action = action;
    cr_expect_eq(member->action, action, "%s", text);
    memset(bytes, 'x', length);
    tc_free(bytes);
    return is_known;
}

Test(members, remembers_a_name_whose_bytes_are_gone)
{
    cr_expect_not(known("SubjectDomainName", 0, 1));
    cr_expect(known("SubjectDomainName", 0, 1));
    cr_expect_not(known("Id", 0, 2));
    cr_expect(known("Id", 0, 2));
    cr_expect(known("SubjectDomainName", 0, 1));
}

Test(members, tells_names_apart_that_begin_and_end_alike)
{
    cr_expect_not(known("SubjectUserAAAADomain", 0, 1));
    cr_expect_not(known("SubjectUserBBBBDomain", 0, 2));
    cr_expect(known("SubjectUserAAAADomain", 0, 1));
    cr_expect(known("SubjectUserBBBBDomain", 0, 2));
}

Test(members, tells_the_scopes_apart)
{
    cr_expect_not(known("TargetDomainNameOfIt", 0, 1));
    cr_expect_not(known("TargetDomainNameOfIt", 1, 2));
    cr_expect(known("TargetDomainNameOfIt", 0, 1));
    cr_expect(known("TargetDomainNameOfIt", 1, 2));
}

Test(members, remembers_up_to_its_longest_name_and_asks_again_for_a_longer_one)
{
    char name[TC_MEMBERS_NAME + 2];
    memset(name, 'n', sizeof name);
    name[TC_MEMBERS_NAME] = '\0';
    cr_expect_not(known(name, 0, 3));
    cr_expect(known(name, 0, 3));
    name[TC_MEMBERS_NAME] = 'n';
    name[TC_MEMBERS_NAME + 1] = '\0';
    cr_expect_not(known(name, 0, 4));
    cr_expect_not(known(name, 0, 5));
}

Test(members, has_an_empty_name_like_any_other)
{
    cr_expect_not(known("", 0, 6));
    cr_expect(known("", 0, 6));
}
