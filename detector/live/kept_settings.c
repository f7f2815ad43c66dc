#include "detector/live/kept_settings.h"

#include "detector/live/blob.h"

#include <errno.h>
#include <unistd.h>

#define WORDS_MAX 1024
#define ARENA_MAX ((size_t)4 << 20)

/* -- keeping -------------------------------------------------------------------------------- */

static void save(const tc_options *o, const char *here, tc_visit *v)
{
    tc_slice folder = tc_slice_of(here);
    size_t count = (size_t)o->line_argc;
    tc_visit_text(v, &folder, TC_VISIT_TEXT_MAX);
    tc_visit_count(v, &count, WORDS_MAX);
    for (size_t i = 0; i < count; i++) {
        tc_slice word = tc_slice_of(o->line_argv[i]);
        tc_visit_text(v, &word, TC_VISIT_TEXT_MAX);
    }
}

TC_STATUS tc_kept_settings_put(tc_store *store, const tc_options *o, tc_error *reterr)
{
    char here[4096];
    tc_blob blob;
    tc_str value;
    if (getcwd(here, sizeof(here)) == NULL) return TC_SUCCESS;
    tc_str_init(&value, TC_STORE_VALUE_MAX);
    if (tc_blob_save(&blob, &value, TC_SETTINGS_KEY, 1)) save(o, here, blob.visit);
    tc_status status = tc_blob_end(&blob, reterr);
    if (status.code == TC_ENOMEM) {
        tc_str_done(&value);
        return status;
    }
    bool fits = !tc_failed(status) && !tc_failed(tc_str_status(&value));
    status = tc_store_put_meta(store, TC_SETTINGS_KEY, fits ? tc_str_view(&value) : TC_EMPTY_SLICE);
    tc_str_done(&value);
    return status;
}

/* -- reading -------------------------------------------------------------------------------- */

typedef struct line {
    const char *folder;
    char **words;
    size_t count;
} line;

static const char *load_text(tc_visit *v, tc_arena *arena)
{
    tc_slice text = TC_EMPTY_SLICE;
    tc_visit_text(v, &text, TC_VISIT_TEXT_MAX);
    const char *copy = tc_visit_failed(v) ? NULL : tc_arena_cstr(arena, text);
    if (copy == NULL && !tc_visit_failed(v)) tc_visit_fail(v, TC_ENOMEM, "out of memory");
    return copy;
}

static void load(line *l, tc_arena *arena, tc_visit *v)
{
    l->folder = load_text(v, arena);
    tc_visit_count(v, &l->count, WORDS_MAX);
    l->words = tc_arena_zero(arena, l->count + 1, sizeof(char *));
    if (l->words == NULL) tc_visit_fail(v, TC_ENOMEM, "out of memory");
    for (size_t i = 0; i < l->count && !tc_visit_failed(v); i++)
        l->words[i] = (char *)(uintptr_t)load_text(v, arena);
}

TC_STATUS tc_kept_settings_read(tc_slice value, tc_time now, tc_kept_settings *ret,
                                tc_error *reterr)
{
    char here[4096];
    tc_blob blob;
    line l = {.folder = NULL};
    *ret = (tc_kept_settings){.arena = tc_arena_new(ARENA_MAX)};
    if (ret->arena == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (tc_blob_load(&blob, value, TC_SETTINGS_KEY, 1)) load(&l, ret->arena, blob.visit);
    TC_TRY(tc_blob_end(&blob, reterr));
    if (l.count == 0) return tc_fail(reterr, TC_ESYNTAX, "the command line is empty");
    bool elsewhere = getcwd(here, sizeof(here)) == NULL || strcmp(here, l.folder) != 0;
    if (elsewhere && chdir(l.folder) != 0)
        return tc_fail_sys(reterr, errno, l.folder, "cannot enter");
    return tc_options_read_all(&ret->options, &ret->config, TC_COMMAND_WATCH, (int)l.count, l.words,
                               now, reterr);
}

void tc_kept_settings_done(tc_kept_settings *s)
{
    tc_options_done(&s->options);
    tc_config_free(s->config);
    tc_arena_free(s->arena);
    *s = (tc_kept_settings){.arena = NULL};
}
