/*
 * The numbers of slice.h. A decimal of at most 15 significant digits and a power of ten of at most
 * 22 is exact in a double on both sides, so one multiplication or division rounds correctly;
 * anything longer goes to strtod as plain digits and an exponent, without a decimal point, which
 * reads the same in every locale.
 */
#include "parsers/base/slice.h"

#include <math.h>

bool tc_slice_to_u64(tc_slice s, uint64_t *ret)
{
    if (s.len == 0) return false;
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t digit = (uint8_t)(s.ptr[i] - '0');
        if (digit > 9) return false;
        /* Nineteen digits always fit. */
        if (i < 19) {
            n = n * 10 + digit;
        } else if (__builtin_mul_overflow(n, UINT64_C(10), &n) ||
                   __builtin_add_overflow(n, (uint64_t)digit, &n)) {
            return false;
        }
    }
    *ret = n;
    return true;
}

bool tc_slice_to_i64(tc_slice s, int64_t *ret)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t n;
    if (!tc_slice_to_u64(tc_slice_sub(s, negative, SIZE_MAX), &n)) return false;
    if (n > (uint64_t)INT64_MAX + negative) return false;
    /* The magnitude of INT64_MIN has no positive counterpart. */
    *ret = negative ? (n == 0 ? 0 : -(int64_t)(n - 1) - 1) : (int64_t)n;
    return true;
}

/* 00, 01 ... 99 */
static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                            "34353637383940414243444546474849505152535455565758596061626364656667"
                            "6869707172737475767778798081828384858687888990919293949596979899";

tc_slice tc_slice_of_u64(uint64_t n, uint8_t digits[TC_U64_DIGITS])
{
    size_t at = TC_U64_DIGITS;
    for (; n >= 100; n /= 100) {
        at -= 2;
        memcpy(digits + at, pairs + 2 * (n % 100), 2);
    }
    at -= 2;
    memcpy(digits + at, pairs + 2 * n, 2);
    if (n < 10) at++;
    return (tc_slice){digits + at, TC_U64_DIGITS - at};
}

void tc_slice_write_hex(tc_slice bytes, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        out[2 * i] = digits[bytes.ptr[i] >> 4];
        out[2 * i + 1] = digits[bytes.ptr[i] & 15];
    }
}

static uint8_t hex_digit(uint8_t byte)
{
    if ((uint8_t)(byte - '0') < 10) return (uint8_t)(byte - '0');
    byte |= 0x20;
    if ((uint8_t)(byte - 'a') < 6) return (uint8_t)(byte - 'a' + 10);
    return 0xFF;
}

bool tc_slice_hex_to_u64(tc_slice s, uint64_t *ret)
{
    if (tc_slice_starts_ascii(s, TC_LIT("0x"))) s = tc_slice_sub(s, 2, SIZE_MAX);
    if (s.len == 0) return false;
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t digit = hex_digit(s.ptr[i]);
        if (digit > 15 || n >> 60) return false;
        n = n << 4 | digit;
    }
    *ret = n;
    return true;
}

/* Past this many significant digits the rest can only say "a little more": the nearest double of
 * any decimal is decided by 767 digits. */
enum { MAX_DIGITS = 770, EXACT_DIGITS = 15, EXACT_POWER = 22 };

typedef struct decimal {
    bool negative;
    bool more; /* digits other than zero were left out */
    size_t count;
    int64_t power;
    uint64_t mantissa; /* of the first 15 digits */
    char digits[MAX_DIGITS];
} decimal;

static bool is_digit(tc_slice s, size_t at)
{
    return at < s.len && (uint8_t)(s.ptr[at] - '0') < 10;
}

/* Takes a run of digits from *at; `places` is 1 for digits behind the point. */
static bool take_digits(tc_slice s, size_t *at, int places, decimal *d)
{
    size_t first = *at;
    for (; is_digit(s, *at); ++*at) {
        char digit = (char)s.ptr[*at];
        if (d->count == MAX_DIGITS) {
            d->more |= digit != '0';
            d->power += 1 - places;
            continue;
        }
        d->power -= places;
        if (d->count == 0 && digit == '0') continue;
        if (d->count < EXACT_DIGITS) d->mantissa = d->mantissa * 10 + (uint64_t)(digit - '0');
        d->digits[d->count++] = digit;
    }
    return *at > first;
}

/* An exponent that no double has is as good as any larger one. */
static bool take_exponent(tc_slice s, size_t *at, int64_t *ret)
{
    const int64_t enough = INT64_C(1) << 60;
    bool negative = *at < s.len && s.ptr[*at] == '-';
    if (*at < s.len && (s.ptr[*at] == '-' || s.ptr[*at] == '+')) ++*at;
    if (!is_digit(s, *at)) return false;
    int64_t n = 0;
    for (; is_digit(s, *at); ++*at) {
        if (n < enough / 10) n = n * 10 + (s.ptr[*at] - '0');
    }
    *ret = negative ? -n : n;
    return true;
}

static bool read_decimal(tc_slice s, decimal *d)
{
    size_t at = 0;
    d->negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+')) at++;
    if (!take_digits(s, &at, 0, d)) return false;
    if (at < s.len && s.ptr[at] == '.') {
        at++;
        if (!take_digits(s, &at, 1, d)) return false;
    }
    if (at < s.len && (s.ptr[at] | 0x20) == 'e') {
        int64_t exponent;
        at++;
        if (!take_exponent(s, &at, &exponent)) return false;
        d->power += exponent;
    }
    return at == s.len;
}

static double round_long(const decimal *d)
{
    char text[MAX_DIGITS + 32];
    int64_t power = d->power;
    size_t len = d->count;
    memcpy(text, d->digits, len);
    if (d->more) {
        text[len++] = '1';
        power--;
    }
    snprintf(text + len, sizeof(text) - len, "e%" PRId64, power);
    return strtod(text, NULL);
}

bool tc_slice_to_double(tc_slice s, double *ret)
{
    static const double powers[EXACT_POWER + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    };
    decimal d;
    memset(&d, 0, offsetof(decimal, digits));
    if (!read_decimal(s, &d)) return false;
    double n;
    if (d.count == 0) {
        n = 0;
    } else if (d.count <= EXACT_DIGITS && d.power >= -EXACT_POWER && d.power <= EXACT_POWER) {
        n = (double)d.mantissa;
        n = d.power < 0 ? n / powers[-d.power] : n * powers[d.power];
    } else {
        n = round_long(&d);
        if (!isfinite(n)) return false;
    }
    *ret = d.negative ? -n : n;
    return true;
}
