#include "detector/sigma/condition.h"

static bool word_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || c == '-' || c == '|' || c == '*';
}

void tc_words_begin(tc_words *w, tc_slice text)
{
    *w = (tc_words){.text = text};
    tc_words_next(w);
}

void tc_words_next(tc_words *w)
{
    static const struct {
        const char *text;
        tc_word word;
    } keywords[] = {
        {"and", TC_WORD_AND}, {"or", TC_WORD_OR}, {"not", TC_WORD_NOT}, {"of", TC_WORD_OF}};
    size_t i = w->next;
    while (i < w->text.len && (w->text.ptr[i] == ' ' || w->text.ptr[i] == '\t' ||
                               w->text.ptr[i] == '\n' || w->text.ptr[i] == '\r'))
        i++;
    w->at = i;
    w->word = TC_WORD_END;
    w->token = tc_slice_sub(w->text, i, 1);
    if (i < w->text.len) {
        uint8_t c = w->text.ptr[i++];
        w->word = c == '(' ? TC_WORD_OPEN : c == ')' ? TC_WORD_CLOSE : TC_WORD_BAD;
        if (word_byte(c)) {
            while (i < w->text.len && word_byte(w->text.ptr[i]))
                i++;
            w->word = TC_WORD_NAME;
            w->token = tc_slice_sub(w->text, w->at, i - w->at);
            for (size_t k = 0; k < TC_COUNT_OF(keywords); k++)
                if (tc_slice_equal_ascii(w->token, tc_slice_of(keywords[k].text)))
                    w->word = keywords[k].word;
        }
    }
    w->next = i;
}

bool tc_words_fit(tc_slice pattern, tc_slice name)
{
    size_t p = 0;
    size_t n = 0;
    size_t star = TC_NPOS;
    size_t star_n = 0;
    while (n < name.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            star_n = n;
        } else if (p < pattern.len && pattern.ptr[p] == name.ptr[n]) {
            p++;
            n++;
        } else if (star != TC_NPOS) {
            p = star;
            n = ++star_n;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}
