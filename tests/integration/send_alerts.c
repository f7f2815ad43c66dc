/*
 * send_alerts TARGET [KEY=VALUE...]: adversarial alerts through the real senders to a real
 * receiver.
 *
 * Keys: those of a receiver (profile, form, header, framing, names, size, ca, certificate, key,
 * name, hmac, timeout), and count, rate (alerts a second, 0: all at once), seconds (patience), wait
 * (milliseconds of the first back-off), fields (a file that gets what was put into each alert).
 * Prints what became of them; exit status 0 when every one was sent or is dead.
 */
#include "tests/integration/adversary.h"
#include "tests/support/memory_rows.h"

#include <unistd.h>

typedef struct arguments {
    tc_receiver_settings receiver;
    unsigned count, rate, seconds, wait;
    const char *fields;
} arguments;

static unsigned number_of(const char *text)
{
    uint64_t n = 0;
    if (!tc_slice_to_u64(tc_slice_of(text), &n)) {
        fprintf(stderr, "send_alerts: %s is no number\n", text);
        exit(2);
    }
    return (unsigned)n;
}

static bool take_number(arguments *a, const char *key, const char *value)
{
    const struct {
        const char *key;
        unsigned *place;
    } rows[] = {{"count", &a->count},
                {"rate", &a->rate},
                {"seconds", &a->seconds},
                {"wait", &a->wait},
                {"size", &a->receiver.size_max},
                {"timeout", &a->receiver.timeout_ms}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) *rows[i].place = number_of(value);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) return true;
    return false;
}

static bool take_text(arguments *a, const char *key, const char *value)
{
    const struct {
        const char *key;
        const char **place;
    } rows[] = {{"profile", &a->receiver.profile},
                {"ca", &a->receiver.ca_file},
                {"certificate", &a->receiver.certificate_file},
                {"key", &a->receiver.key_file},
                {"name", &a->receiver.tls_name},
                {"hmac", &a->receiver.hmac_secret},
                {"bearer", &a->receiver.bearer},
                {"fields", &a->fields}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) *rows[i].place = value;
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) return true;
    return false;
}

static void take(arguments *a, char *word)
{
    char *value = strchr(word, '=');
    if (value == NULL) exit(2);
    *value++ = 0;
    if (take_number(a, word, value) || take_text(a, word, value)) return;
    if (strcmp(word, "form") == 0)
        a->receiver.form = tc_form_of(value);
    else if (strcmp(word, "header") == 0)
        a->receiver.header = tc_header_of(value);
    else if (strcmp(word, "framing") == 0)
        a->receiver.framing = tc_framing_of(value);
    else if (strcmp(word, "names") == 0)
        a->receiver.names = tc_names_of(value);
    else
        exit(2);
}

static void put(tc_teller *teller, memory_rows *rows, unsigned number, FILE *fields)
{
    adversary a;
    tc_str payload;
    adversary_make(&a, number);
    if (fields != NULL) adversary_put_fields(fields, &a);
    tc_str_init(&payload, 1 << 20);
    tc_teller_alert(teller, &a.alert, &payload);
    memory_rows_put(rows, a.alert.id, a.alert.level, tc_str_view(&payload));
    tc_str_done(&payload);
}

static bool is_over(memory_rows *rows, unsigned count)
{
    return memory_rows_count(rows, ROW_SENT) + memory_rows_count(rows, ROW_DEAD) >= count;
}

/* Puts rows at their rate and waits for their end. */
static void run(const arguments *a, tc_teller *teller, memory_rows *rows, tc_dispatch *dispatch)
{
    FILE *fields = a->fields ? fopen(a->fields, "wb") : NULL;
    unsigned put_so_far = 0;
    for (unsigned ms = 0; ms < a->seconds * 1000 && !is_over(rows, a->count); ms += 20) {
        unsigned due = a->rate ? (unsigned)((uint64_t)ms * a->rate / 1000) : a->count;
        for (; put_so_far < TC_MIN(due, a->count); put_so_far++)
            put(teller, rows, put_so_far + 1, fields);
        if (fields != NULL) fflush(fields);
        tc_dispatch_wake(dispatch);
        usleep(20000);
    }
    if (fields != NULL) fclose(fields);
}

static int tell(tc_dispatch *dispatch, memory_rows *rows, unsigned count)
{
    tc_receiver_counts c;
    tc_dispatch_counts(dispatch, 0, &c);
    tc_dispatch_stop(dispatch);
    printf("sent %zu dead %zu pending %zu resent %" PRIu64 " refused %" PRIu64 " failures %" PRIu64
           " why %s\n",
           memory_rows_count(rows, ROW_SENT), memory_rows_count(rows, ROW_DEAD),
           memory_rows_count(rows, ROW_PENDING), c.resent, c.refused, c.failures,
           c.why[0] ? c.why : "-");
    return is_over(rows, count) ? 0 : 1;
}

int main(int argc, char **argv)
{
    arguments a = {.receiver = {.name = "test"}, .count = 100, .seconds = 60, .wait = 1000};
    tc_error error = {.code = TC_OK};
    tc_receiver *receiver = NULL;
    tc_dispatch *dispatch = NULL;
    memory_rows rows;
    const tc_receiver_site site = {
        .host = "collector.example.org", .version = "1", .process_id = 42};
    if (argc < 2) return 2;
    a.receiver.target = argv[1];
    for (int i = 2; i < argc; i++)
        take(&a, argv[i]);
    memory_rows_init(&rows);
    tc_status status = tc_receiver_new(&a.receiver, &site, &receiver, &error);
    if (!tc_failed(status)) status = tc_receiver_start_hook(receiver, &error);
    const tc_receiver *const all[] = {receiver};
    const tc_send_rows interface = memory_rows_interface(&rows);
    const tc_dispatch_options options = {.delivery = {.wait_min_ms = a.wait}, .poll_ms = 100};
    if (!tc_failed(status))
        status = tc_dispatch_start(all, &interface, 1, &options, &dispatch, &error);
    if (tc_failed(status)) {
        fprintf(stderr, "send_alerts: %s\n", error.text);
        return 2;
    }
    tc_teller *teller = tc_teller_new(receiver, false);
    run(&a, teller, &rows, dispatch);
    int result = tell(dispatch, &rows, a.count);
    tc_teller_free(teller);
    tc_receiver_free(receiver);
    memory_rows_done(&rows);
    return result;
}
