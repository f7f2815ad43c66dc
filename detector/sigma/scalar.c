#include "detector/sigma/scalar.h"

bool tc_number_parse(tc_slice text, tc_number *ret)
{
    if (text.len == 0 || (text.ptr[0] > '9') || text.len > 64) return false;
    tc_slice digits = text.ptr[0] == '+' ? tc_slice_sub(text, 1, text.len) : text;
    bool signed_twice = digits.len < text.len && digits.len > 0 && digits.ptr[0] == '-';
    if (!signed_twice && tc_slice_to_i64(digits, &ret->whole)) {
        ret->integer = true;
        ret->real = (double)ret->whole;
        return true;
    }
    if (!tc_slice_to_double(text, &ret->real)) return false;
    ret->integer = false;
    /* 4625.0 is the number 4625, too. */
    if (ret->real >= -9007199254740992.0 && ret->real <= 9007199254740992.0) {
        ret->whole = (int64_t)ret->real;
        ret->integer = !((double)ret->whole < ret->real) && !((double)ret->whole > ret->real);
    }
    return true;
}

int tc_number_compare(tc_number a, tc_number b)
{
    if (a.integer && b.integer) return a.whole < b.whole ? -1 : a.whole > b.whole;
    return a.real < b.real ? -1 : a.real > b.real;
}

/* [+-]digits[.digits] */
static bool number_form(tc_slice s)
{
    size_t i = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0;
    size_t digits = 0;
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
        digits++;
    if (digits == 0 || i == s.len) return digits > 0;
    if (s.ptr[i] != '.' || i + 1 == s.len) return false;
    for (i++; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return true;
}

tc_scalar tc_scalar_of(const tc_yaml *node)
{
    tc_scalar s = {.kind = TC_SCALAR_TEXT, .text = node->text};
    if (node->kind != TC_YAML_SCALAR || !node->plain) return s;
    if (s.text.len == 0 || tc_slice_equal(s.text, TC_LIT("~")) ||
        tc_slice_equal_ascii(s.text, TC_LIT("null"))) {
        s.kind = TC_SCALAR_NULL;
    } else if (tc_slice_equal_ascii(s.text, TC_LIT("true")) ||
               tc_slice_equal_ascii(s.text, TC_LIT("false"))) {
        s.kind = TC_SCALAR_BOOL;
        s.truth = s.text.len == 4;
    } else if (number_form(s.text) && tc_number_parse(s.text, &s.number)) {
        s.kind = TC_SCALAR_NUMBER;
    }
    return s;
}
