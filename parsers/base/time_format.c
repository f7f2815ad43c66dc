#include "parsers/base/time.h"

typedef struct civil {
    int year, month, day, hour, minute, second;
    int nanosecond;
} civil;

/* Whole days before t, rounded down, also before 1970. */
static int64_t day_of(tc_time t)
{
    return t / TC_DAY - (t % TC_DAY < 0);
}

/* Years are counted from 1 March of year 0, so that the leap day is the last of its year; 146097
 * days make 400 years, and 153 days make five months from March on. */
static civil split_time(tc_time t)
{
    int64_t day = day_of(t);
    int64_t rest = t % TC_DAY;
    if (rest < 0) rest += TC_DAY;
    int32_t shifted = (int32_t)day + 719468;
    int32_t century4 = shifted / 146097;
    int32_t in_century4 = shifted % 146097;
    int32_t year =
        (in_century4 - in_century4 / 1460 + in_century4 / 36524 - in_century4 / 146096) / 365;
    int32_t in_year = in_century4 - (365 * year + year / 4 - year / 100);
    int32_t month = (5 * in_year + 2) / 153;
    int32_t seconds = (int32_t)(rest / TC_SECOND);
    return (civil){
        .year = century4 * 400 + year + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = in_year - (153 * month + 2) / 5 + 1,
        .hour = seconds / 3600,
        .minute = seconds / 60 % 60,
        .second = seconds % 60,
        .nanosecond = (int32_t)(rest % TC_SECOND),
    };
}

static char *put_digits(char *out, int n, int digits)
{
    for (int i = digits; i-- > 0; n /= 10) {
        out[i] = (char)('0' + n % 10);
    }
    return out + digits;
}

static char *put_second(char *out, const civil *c, char between)
{
    out = put_digits(out, c->year, 4);
    *out++ = '-';
    out = put_digits(out, c->month, 2);
    *out++ = '-';
    out = put_digits(out, c->day, 2);
    *out++ = between;
    out = put_digits(out, c->hour, 2);
    *out++ = ':';
    out = put_digits(out, c->minute, 2);
    *out++ = ':';
    return put_digits(out, c->second, 2);
}

static const char *put_unknown(char out[TC_TIME_TEXT])
{
    memcpy(out, "unknown", sizeof("unknown"));
    return out;
}

const char *tc_time_format(tc_time t, char out[TC_TIME_TEXT])
{
    if (t == TC_TIME_NONE) return put_unknown(out);
    civil c = split_time(t);
    char *end = put_second(out, &c, 'T');
    if (c.nanosecond) {
        *end++ = '.';
        if (c.nanosecond % 1000) {
            end = put_digits(end, c.nanosecond, 9);
        } else if (c.nanosecond % 1000000) {
            end = put_digits(end, c.nanosecond / 1000, 6);
        } else {
            end = put_digits(end, c.nanosecond / 1000000, 3);
        }
    }
    *end++ = 'Z';
    *end = '\0';
    return out;
}

const char *tc_time_format_ms(tc_time t, char out[TC_TIME_TEXT])
{
    if (t == TC_TIME_NONE) return put_unknown(out);
    civil c = split_time(t);
    char *end = put_second(out, &c, 'T');
    *end++ = '.';
    end = put_digits(end, c.nanosecond / 1000000, 3);
    *end++ = 'Z';
    *end = '\0';
    return out;
}

const char *tc_time_format_human(tc_time t, char out[TC_TIME_TEXT])
{
    if (t == TC_TIME_NONE) return put_unknown(out);
    civil c = split_time(t);
    *put_second(out, &c, ' ') = '\0';
    return out;
}

tc_time tc_time_midnight(tc_time t)
{
    tc_time midnight;
    if (__builtin_mul_overflow(day_of(t), TC_DAY, &midnight)) return TC_TIME_NONE;
    return midnight;
}
