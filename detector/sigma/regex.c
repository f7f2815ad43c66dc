#include "detector/sigma/regex.h"

#include "parsers/base/alloc.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define JIT_STACK_START (32 * 1024)
#define JIT_STACK_MAX (1024 * 1024)
#define NEST_LIMIT 100

struct tc_regex {
    pcre2_code *code;
};

struct tc_regex_scratch {
    pcre2_general_context *general;
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    uint64_t limit_hits;
};

static void *allocate(size_t size, void *unused)
{
    (void)unused;
    return tc_alloc(1, size);
}

static void release(void *memory, void *unused)
{
    (void)unused;
    tc_free(memory);
}

TC_STATUS tc_regex_new(tc_slice pattern, unsigned flags, tc_regex **ret, tc_error *reterr)
{
    if (pattern.len > TC_REGEX_PATTERN_MAX)
        return tc_fail(reterr, TC_ELIMIT, "a regular expression of more than %d bytes",
                       TC_REGEX_PATTERN_MAX);
    tc_regex *regex = tc_alloc(1, sizeof *regex);
    pcre2_general_context *general = pcre2_general_context_create(allocate, release, NULL);
    pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
    if (!regex || !context) {
        pcre2_compile_context_free(context);
        pcre2_general_context_free(general);
        tc_free(regex);
        return tc_fail(reterr, TC_ENOMEM, "no memory for a regular expression");
    }
    (void)pcre2_set_parens_nest_limit(context, NEST_LIMIT);
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (flags & TC_REGEX_CASELESS) options |= PCRE2_CASELESS;
    if (flags & TC_REGEX_MULTILINE) options |= PCRE2_MULTILINE;
    if (flags & TC_REGEX_DOTALL) options |= PCRE2_DOTALL;
    int error = 0;
    PCRE2_SIZE offset = 0;
    regex->code = pcre2_compile(pattern.len ? pattern.ptr : (PCRE2_SPTR) "", pattern.len, options,
                                &error, &offset, context);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    if (!regex->code) {
        tc_free(regex);
        if (error == PCRE2_ERROR_HEAP_FAILED)
            return tc_fail(reterr, TC_ENOMEM, "no memory for a regular expression");
        PCRE2_UCHAR words[200] = "unknown error";
        (void)pcre2_get_error_message(error, words, sizeof words);
        return tc_fail(reterr, TC_ESYNTAX, "%s, at offset %zu", (const char *)words,
                       (size_t)offset);
    }
    /* Without a JIT the interpreter does the work; nothing to tell. */
    (void)pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
    *ret = regex;
    return TC_SUCCESS;
}

void tc_regex_free(tc_regex *regex)
{
    if (!regex) return;
    pcre2_code_free(regex->code);
    tc_free(regex);
}

tc_regex_scratch *tc_regex_scratch_new(void)
{
    tc_regex_scratch *s = tc_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->general = pcre2_general_context_create(allocate, release, NULL);
    if (s->general) {
        s->context = pcre2_match_context_create(s->general);
        /* One pair: where it matched is not asked. */
        s->data = pcre2_match_data_create(1, s->general);
        s->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, s->general);
    }
    if (!s->general || !s->context || !s->data) {
        tc_regex_scratch_free(s);
        return NULL;
    }
    (void)pcre2_set_match_limit(s->context, TC_REGEX_MATCH_LIMIT);
    (void)pcre2_set_depth_limit(s->context, TC_REGEX_DEPTH_LIMIT);
    (void)pcre2_set_heap_limit(s->context, TC_REGEX_HEAP_LIMIT_KIB);
    if (s->stack) pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void tc_regex_scratch_free(tc_regex_scratch *scratch)
{
    if (!scratch) return;
    pcre2_jit_stack_free(scratch->stack);
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    pcre2_general_context_free(scratch->general);
    tc_free(scratch);
}

bool tc_regex_search(const tc_regex *regex, tc_regex_scratch *scratch, tc_slice subject)
{
    bool cut = subject.len > TC_REGEX_SUBJECT_MAX;
    size_t length = cut ? TC_REGEX_SUBJECT_MAX : subject.len;
    PCRE2_SPTR text = length ? subject.ptr : (PCRE2_SPTR) "";
    int found = pcre2_match(regex->code, text, length, 0, 0, scratch->data, scratch->context);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
        found = pcre2_match(regex->code, text, length, 0, PCRE2_NO_JIT, scratch->data,
                            scratch->context);
    if (found >= 0) return true;
    if (cut || found != PCRE2_ERROR_NOMATCH) scratch->limit_hits++;
    return false;
}

uint64_t tc_regex_limit_hits(const tc_regex_scratch *scratch)
{
    return scratch->limit_hits;
}

void tc_regex_library(tc_str *out)
{
    char version[64] = ""; /* "10.42 2022-12-11" */
    int length = pcre2_config(PCRE2_CONFIG_VERSION, NULL);
    if (length > 0 && (size_t)length <= sizeof(version))
        (void)pcre2_config(PCRE2_CONFIG_VERSION, version);
    tc_str_addf(out, "pcre2 %.*s", (int)strcspn(version, " "), version);
}
