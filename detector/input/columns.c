#include "detector/input/columns.h"

#include "parsers/base/str.h"

#include <unistd.h>

#define TAIL ((size_t)64 << 10)
#define PIECES 15 /* of the middle */
#define PIECE ((size_t)8 << 10)
#define WORDS_MAX 4096
#define PATH_ROOM 4096

static const tc_parser *parser_of_fields(void)
{
    for (const tc_parser *const *p = tc_parsers; *p; p++)
        if ((*p)->columns && (*p)->columns->check) return *p;
    return NULL;
}

static TC_STATUS read_rule(tc_input *input, tc_slice text, tc_glob_rule *rule, tc_error *reterr)
{
    tc_slice copy = TC_EMPTY_SLICE;
    tc_error wrong = {0};
    if (!tc_arena_copy(input->memory, text, &copy)) return (tc_status){TC_ENOMEM};
    TC_TRY(tc_glob_rule_parse(copy, "--fields", rule, reterr));
    if (!input->fields_parser) return TC_SUCCESS;
    const tc_parser *parser = input->fields_parser;
    tc_status status = parser->columns->check(parser, rule->value, &wrong);
    return tc_failed(status) ? tc_fail(reterr, status.code, "--fields: %s", wrong.text) : status;
}

TC_STATUS tc_columns_rules(tc_input *input, const tc_input_options *options, tc_error *reterr)
{
    input->fields_parser = parser_of_fields();
    input->field_count = options->field_glob_count;
    input->fields = tc_arena_zero(input->memory, input->field_count + 1, sizeof *input->fields);
    if (!input->fields) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < input->field_count; i++)
        TC_TRY(read_rule(input, options->field_globs[i], &input->fields[i], reterr));
    return TC_SUCCESS;
}

tc_slice tc_columns_given(const tc_input *input, tc_slice path)
{
    if (!input->fields_parser) return TC_EMPTY_SLICE;
    for (size_t i = 0; i < input->field_count; i++)
        if (tc_glob_match_path(input->fields[i].glob, path)) return input->fields[i].value;
    return TC_EMPTY_SLICE;
}

/* A path inside an envelope, and the file around it. */
typedef struct inside {
    const tc_input *input;
    tc_slice around;
} inside;

/* Globs are written with slashes, whatever the agent's system has in its paths. */
static tc_slice given_inside(const void *context, tc_slice path)
{
    const inside *x = context;
    uint8_t slashes[PATH_ROOM];
    if (path.len > sizeof slashes) return TC_EMPTY_SLICE;
    for (size_t i = 0; i < path.len; i++)
        slashes[i] = path.ptr[i] == '\\' ? '/' : path.ptr[i];
    tc_slice names = tc_columns_given(x->input, tc_slice_make(slashes, path.len));
    return names.len ? names : tc_columns_given(x->input, x->around);
}

static size_t read_at(const tc_columns_file *file, uint64_t from, uint8_t *out, size_t room)
{
    ssize_t got = pread(file->fd, out, room, (off_t)from);
    return got > 0 ? (size_t)got : 0;
}

/* What follows the head of a plain file: pieces of its middle, each on lines of its own, and its
 * end. The number that tells day from month may stand in neither head nor end. */
static tc_slice read_rest(const tc_columns_file *file, tc_arena *scratch)
{
    const size_t room = PIECES * (PIECE + 1) + TAIL;
    uint8_t *text = file->whole || file->fd < 0 ? NULL : tc_arena_get(scratch, room, 1);
    if (text == NULL) return TC_EMPTY_SLICE;
    uint64_t from = file->size > TAIL ? file->size - TAIL : 0, step = from / (PIECES + 1);
    size_t length = 0;
    for (size_t i = 1; i <= PIECES && step > PIECE; i++) {
        length += read_at(file, i * step, text + length, PIECE);
        text[length++] = '\n';
    }
    length += read_at(file, from, text + length, TAIL);
    return tc_slice_make(text, length);
}

static TC_STATUS learn(const tc_input *input, const tc_parser *parser, const tc_columns_file *file,
                       tc_arena *scratch, tc_columns *ret)
{
    const tc_column_reader *reader = parser->columns;
    const inside x = {input, file->path};
    const tc_given_columns given = {&x, given_inside};
    if (reader->learn_writing) {
        size_t slash = tc_slice_rfind(file->path, '/');
        tc_slice name = tc_slice_sub(file->path, slash == TC_NPOS ? 0 : slash + 1, TC_NPOS);
        return reader->learn_writing(parser, file->head, read_rest(file, scratch), name, ret);
    }
    if (reader->learn_inside)
        return reader->learn_inside(parser, file->head, file->whole, &given, scratch, ret);
    return reader->learn(parser, file->head, file->whole, tc_columns_given(input, file->path),
                         scratch, ret);
}

static bool keep(tc_input *input, tc_slice *text)
{
    if (text->len) return tc_arena_copy(input->memory, *text, text);
    *text = TC_EMPTY_SLICE;
    return true;
}

TC_STATUS tc_columns_learn(tc_input *input, const tc_parser *parser, const tc_columns_file *file,
                           tc_arena *scratch, tc_columns *ret)
{
    *ret = (tc_columns){.rows = 0};
    if (!parser->columns) return TC_SUCCESS;
    tc_arena_reset(scratch);
    TC_TRY(learn(input, parser, file, scratch, ret));
    bool kept = keep(input, &ret->lists) && keep(input, &ret->doubt);
    return kept ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

TC_STATUS tc_columns_doubt(tc_input *input, const tc_columns *columns, tc_likeness *ret)
{
    tc_str words;
    tc_str_init(&words, WORDS_MAX);
    tc_str_add(&words, columns->doubt);
    tc_str_add(&words, TC_LIT("; name its columns: --fields 'GLOB=date time ...'"));
    tc_status status = tc_str_status(&words);
    *ret = (tc_likeness){"a W3C extended log without its #Fields line", NULL};
    if (!tc_failed(status)) ret->mend = tc_arena_cstr(input->memory, tc_str_view(&words));
    tc_str_done(&words);
    return ret->mend ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}
