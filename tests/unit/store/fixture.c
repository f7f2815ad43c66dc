#include "tests/unit/store/fixture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static tc_time now_of(void *context)
{
    return ((fixture *)context)->now;
}

static void hear(void *context, tc_store_news news, const char *sentence)
{
    fixture *f = context;
    size_t length = strlen(f->words);
    f->told[news]++;
    snprintf(f->words + length, sizeof(f->words) - length, "%s\n", sentence);
}

void fixture_open(fixture *f)
{
    *f = (fixture){.now = INT64_C(1300000000) * TC_SECOND};
    snprintf(f->folder, sizeof(f->folder), "%s/tocsin-store-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    cr_assert(mkdtemp(f->folder) != NULL);
    f->options = (tc_store_options){
        .now = now_of, .now_context = f, .tell = hear, .tell_context = f, .busy_ms = 20};
}

void fixture_store(fixture *f)
{
    tc_status status = tc_store_open(f->folder, &f->options, &f->store, &f->error);
    cr_assert_eq(status.code, TC_OK, "%s: %s", f->error.source, f->error.text);
}

void fixture_close_store(fixture *f)
{
    tc_store_close(f->store);
    f->store = NULL;
}

const char *fixture_path(const fixture *f, const char *name)
{
    static char path[4][512];
    static unsigned turn;
    char *out = path[turn++ % 4];
    snprintf(out, sizeof(path[0]), "%s/%s", f->folder, name);
    return out;
}

static size_t each_file(const fixture *f, const char *begin, const char *part, bool drop)
{
    DIR *folder = opendir(f->folder);
    size_t count = 0;
    cr_assert(folder);
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        cr_assert(entry || errno == 0);
        if (entry == NULL) break;
        if (strncmp(entry->d_name, begin, strlen(begin)) != 0 || !strstr(entry->d_name, part))
            continue;
        count++;
        if (drop) (void)unlink(fixture_path(f, entry->d_name));
    }
    closedir(folder);
    return count;
}

size_t fixture_files(const fixture *f, const char *begin, const char *part)
{
    return each_file(f, begin, part, false);
}

void fixture_close(fixture *f)
{
    fixture_close_store(f);
    (void)chmod(f->folder, 0700);
    (void)each_file(f, "", "", true);
    cr_expect_eq(rmdir(f->folder), 0);
}

void fixture_damage(const fixture *f, const char *name, long at, const char *bytes, size_t count)
{
    FILE *file = fopen(fixture_path(f, name), "r+b");
    cr_assert(file && fseek(file, at, SEEK_SET) == 0);
    cr_assert_eq(fwrite(bytes, 1, count, file), count);
    cr_assert_eq(fclose(file), 0);
}

long fixture_find(const fixture *f, const char *name, const char *text)
{
    FILE *file = fopen(fixture_path(f, name), "rb");
    long at = 0, found = -1;
    size_t matched = 0, length = strlen(text);
    cr_assert(file);
    for (int c; found < 0 && (c = fgetc(file)) != EOF; at++) {
        matched = c == text[matched] ? matched + 1 : (size_t)(c == text[0]);
        if (matched == length) found = at - (long)length + 1;
    }
    fclose(file);
    return found;
}

/* -- what is kept --------------------------------------------------------------------------- */

void fixture_alert(fixture *f, const char *receiver, const char *id, unsigned level,
                   const char *payload)
{
    tc_store_alert alert = {.receiver = tc_slice_of(receiver),
                            .id = tc_slice_of(id),
                            .payload = tc_slice_of(payload),
                            .level = level,
                            .time = f->now};
    cr_assert_eq(tc_store_outbox_put(f->store, &alert).code, TC_OK);
}

void fixture_commit(fixture *f, unsigned number)
{
    char key[32], value[64], body[64], id[32];
    uint64_t sequence;
    tc_store_committed done;
    snprintf(key, sizeof(key), "point-%u", number % 4);
    snprintf(value, sizeof(value), "at-%u", number);
    snprintf(body, sizeof(body), "row number %u", number);
    snprintf(id, sizeof(id), "id-%u", number);
    cr_assert_eq(tc_store_put_point(f->store, tc_slice_of(key), tc_slice_of(value)).code, TC_OK);
    cr_assert_eq(tc_store_journal(f->store, number, tc_slice_of(body), &sequence).code, TC_OK);
    fixture_alert(f, "first", id, number % TC_STORE_LEVELS, body);
    fixture_alert(f, "second", id, number % TC_STORE_LEVELS, body);
    tc_status status = tc_store_commit(f->store, &done, &f->error);
    cr_assert_eq(status.code, TC_OK, "%s", f->error.text);
}

void fixture_save(tc_visit *v, memory *m)
{
    if (!tc_visit_begin(v, "memory", 1)) return;
    tc_visit_u64(v, &m->count);
    tc_visit_u64(v, &m->sum);
    tc_visit_u64(v, &m->last);
    if (tc_visit_loads(v) && m->refuses) tc_visit_refuse(v, "it is not wanted");
    tc_visit_end(v);
}

void fixture_snapshot(fixture *f, memory *m)
{
    tc_visit *v;
    tc_status status = tc_store_snapshot_begin(f->store, &v, &f->error);
    cr_assert_eq(status.code, TC_OK, "%s", f->error.text);
    fixture_save(v, m);
    status = tc_store_snapshot_commit(f->store, &f->error);
    cr_assert_eq(status.code, TC_OK, "%s", f->error.text);
}

static TC_STATUS fresh(void *context)
{
    memory *m = context;
    *m = (memory){.refuses = m->refuses, .begun = m->begun + 1};
    return TC_SUCCESS;
}

static void state(void *context, tc_visit *v)
{
    fixture_save(v, context);
}

static TC_STATUS row(void *context, uint64_t sequence, uint32_t kind, tc_slice body)
{
    memory *m = context;
    char text[64];
    snprintf(text, sizeof(text), "row number %u", kind);
    cr_assert(tc_slice_equal(body, tc_slice_of(text)));
    m->count++;
    m->sum += kind;
    m->last = sequence;
    return TC_SUCCESS;
}

static TC_STATUS point(void *context, tc_slice key, tc_slice value)
{
    memory *m = context;
    cr_assert(m->points < POINTS_MAX);
    (void)tc_slice_to_cstr(key, m->keys[m->points], sizeof(m->keys[0]));
    (void)tc_slice_to_cstr(value, m->values[m->points++], sizeof(m->values[0]));
    return TC_SUCCESS;
}

void fixture_restore(fixture *f, memory *m, tc_store_restored *ret)
{
    tc_store_hooks hooks = {m, fresh, state, row, point};
    tc_status status = tc_store_restore(f->store, &hooks, ret, &f->error);
    cr_assert_eq(status.code, TC_OK, "%s", f->error.text);
}

const char *memory_point(const memory *m, const char *key)
{
    for (size_t i = 0; i < m->points; i++)
        if (strcmp(m->keys[i], key) == 0) return m->values[i];
    return "none";
}

tc_outbox *fixture_outbox(fixture *f, const char *receiver)
{
    tc_outbox *o;
    tc_status status = tc_outbox_open(f->folder, receiver, &f->options, &o, &f->error);
    cr_assert_eq(status.code, TC_OK, "%s", f->error.text);
    return o;
}

void fixture_drain(fixture *f, const char *receiver, char *out, size_t size)
{
    tc_outbox *o = fixture_outbox(f, receiver);
    tc_outbox_row r;
    size_t length = 0;
    out[0] = '\0';
    for (;;) {
        cr_assert_eq(tc_outbox_next(o, 0, 0, &r, &f->error).code, TC_OK, "%s", f->error.text);
        if (r.sequence == 0) break;
        length += (size_t)snprintf(out + length, size - length, "%.*s ", (int)r.id.len,
                                   (const char *)r.id.ptr);
        cr_assert_eq(tc_outbox_sent(o, r.sequence, &f->error).code, TC_OK, "%s", f->error.text);
    }
    tc_outbox_close(o);
}
