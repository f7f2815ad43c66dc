/* Text, time and people, as all corpora write them. */
#include "tests/bench/corpus.h"

#include <unistd.h>

static const char digits[] = "0123456789abcdef";

void out_number(out *o, uint64_t n)
{
    char text[20];
    size_t at = sizeof(text);
    do {
        text[--at] = digits[n % 10];
        n /= 10;
    } while (n);
    out_bytes(o, text + at, sizeof(text) - at);
}

void out_hex(out *o, uint64_t n, unsigned count)
{
    char text[16];
    TC_ASSERT(count <= sizeof(text));
    for (unsigned i = count; i > 0; i--, n >>= 4)
        text[i - 1] = digits[n & 15];
    out_bytes(o, text, count);
}

void out_guid(out *o, uint64_t a, uint64_t b)
{
    out_hex(o, a, 8);
    out_text(o, "-");
    out_hex(o, a >> 32, 4);
    out_text(o, "-4");
    out_hex(o, a >> 48, 3);
    out_text(o, "-a");
    out_hex(o, b, 3);
    out_text(o, "-");
    out_hex(o, b >> 16, 12);
}

void out_flush(out *o)
{
    for (size_t done = 0; done < o->len && !o->failed;) {
        ssize_t n = write(o->file, o->data + done, o->len - done);
        if (n <= 0) o->failed = true;
        if (n > 0) done += (size_t)n;
    }
    o->total += o->len;
    o->len = 0;
}

void out_line(out *o, const char *line_end)
{
    out_text(o, line_end);
    if (o->len >= OUT_BLOCK) out_flush(o);
}

void out_fill(out *o, const char *text, put_letter *put, void *maker)
{
    for (;;) {
        const char *mark = strchrnul(text, '~');
        out_bytes(o, text, (size_t)(mark - text));
        if (*mark == 0 || mark[1] == 0) return;
        put(maker, mark[1]);
        text = mark + 2;
    }
}

const char *choose(rng *r, const choice *choices)
{
    uint32_t at = rng_below(r, 1000);
    while (at >= choices->weight) {
        at -= choices->weight;
        choices++;
    }
    return choices->text;
}

/* A Monday; the file begins while people come to work. */
void clock_start(clock_hand *c, double per_second, tc_time step)
{
    memset(c, 0, sizeof(*c));
    c->per_second = per_second;
    c->step = step;
    TC_ASSERT(tc_time_from_civil(2016, 3, 7, 7, 0, 0, &c->now));
    c->second = TC_TIME_NONE;
}

/* Share of the average: nights and weekends are quiet, phones poll on. */
static double busy(tc_time now)
{
    static const double hours[24] = {.3,  .3,  .3,  .3, .3,  .4,  .8, 1.6, 2.2, 2.4, 2.2, 2.0,
                                     1.6, 1.9, 2.1, 2., 1.8, 1.2, .8, .6,  .5,  .4,  .4,  .3};
    int64_t hour = now / TC_HOUR;
    int64_t weekday = (hour / 24 + 3) % 7; /* 1970 began on a Thursday */
    return hours[hour % 24] * (weekday < 5 ? 1.0 : 0.4);
}

void clock_next(clock_hand *c)
{
    while (c->due < 1.0) {
        c->now += c->step;
        c->due += c->per_second * busy(c->now) * ((double)c->step / (double)TC_SECOND);
    }
    c->due -= 1.0;
}

static void read_clock(clock_hand *c)
{
    tc_time second = c->now / TC_SECOND;
    if (second == c->second) return;
    char text[TC_TIME_TEXT];
    c->second = second;
    tc_time_format_human(c->now, text);
    memcpy(c->text, text, 19);
}

void out_clock(out *o, clock_hand *c)
{
    read_clock(c);
    out_bytes(o, c->text, 19);
}

void out_clock_iso(out *o, clock_hand *c)
{
    uint32_t ms = (uint32_t)(c->now % TC_SECOND / 1000000);
    char part[6] = {'.', digits[ms / 100], digits[ms / 10 % 10], digits[ms % 10], 'Z', 0};
    read_clock(c);
    out_bytes(o, c->text, 10);
    out_bytes(o, "T", 1);
    out_bytes(o, c->text + 11, 8);
    out_bytes(o, part, 5);
}

const person *someone(corpus *c)
{
    return &c->people.people[rng_below(&c->r, c->people.set.people)];
}

void out_home(out *o, const person *p)
{
    uint32_t n = p->number * 13;
    if (p->number % 4 == 3) { /* IPv6 at home */
        out_text(o, "2001:db8:");
        out_hex(o, p->number, 4);
        out_text(o, ":1c00::5:");
        out_hex(o, n, 4);
        return;
    }
    out_text(o, p->number % 4 == 0 ? "198.18." : "198.19.");
    out_number(o, n / 256 % 256);
    out_text(o, ".");
    out_number(o, n % 256);
}
