#include "parsers/windows/windows_outcome.h"

#include "parsers/windows/windows_event.h"

#define FAILURE "0x8010000000000000"
#define SUCCESS "0x8020000000000000"

/* What Windows calls audited events in other languages than English. */
static const struct {
    const char *word, *keywords;
} words[] = {
    {"Überwachung erfolgreich", SUCCESS},
    {"Überwachung gescheitert", FAILURE},
    {"Überwachungsfehler", FAILURE},
    {"Succès de l", SUCCESS},
    {"Échec de l", FAILURE},
    {"Auditoría correcta", SUCCESS},
    {"Error de auditoría", FAILURE},
    {"Controllo riuscito", SUCCESS},
    {"Controllo non riuscito", FAILURE},
    {"Controle geslaagd", SUCCESS},
    {"Controle mislukt", FAILURE},
    {"Sucesso da Auditoria", SUCCESS},
    {"Falha de Auditoria", FAILURE},
    {"Sukces", SUCCESS},
    {"Niepowodzeni", FAILURE},
    {"Аудит успеха", SUCCESS},
    {"Аудит отказа", FAILURE},
    {"Neúspěšný audit", FAILURE},
    {"Úspěšný audit", SUCCESS},
    {"Granskning lyckades", SUCCESS},
    {"Granskning misslyckades", FAILURE},
    {"Overvågning gennemført", SUCCESS},
    {"Overvågning mislykkedes", FAILURE},
    {"Valvonta onnistui", SUCCESS},
    {"Valvonta epäonnistui", FAILURE},
    {"Sikertelen naplózás", FAILURE},
    {"Sikeres naplózás", SUCCESS},
    {"Denetim Başarısız", FAILURE},
    {"Denetim Başarılı", SUCCESS},
    {"成功の監査", SUCCESS},
    {"失敗の監査", FAILURE},
    {"审核成功", SUCCESS},
    {"审核失败", FAILURE},
    {"稽核成功", SUCCESS},
    {"稽核失敗", FAILURE},
    {"감사 성공", SUCCESS},
    {"감사 실패", FAILURE},
};

static tc_slice text_of(const tc_row *row, tc_field_static field)
{
    tc_value value = tc_cell_value(row->cells[tc_windows_column(field)], row->arena);
    if (value.kind == TC_KIND_LIST && value.item_count > 0)
        value = tc_cell_value(value.items[0], row->arena);
    bool plain = value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER;
    return plain ? tc_slice_trim(value.text) : TC_EMPTY_SLICE;
}

/* EventLogEntryType: FailureAudit, SuccessAudit. No event of Windows has such keywords. */
static const char *of_number(tc_slice text)
{
    if (tc_slice_equal(text, TC_LIT("16"))) return FAILURE;
    return tc_slice_equal(text, TC_LIT("8")) ? SUCCESS : NULL;
}

static const char *of_word(tc_slice text)
{
    if (tc_slice_search_ascii(text, TC_LIT("failure")) != TC_NPOS) return FAILURE;
    return tc_slice_search_ascii(text, TC_LIT("success")) != TC_NPOS ? SUCCESS : NULL;
}

static const char *of_words(tc_slice text)
{
    for (size_t i = 0; text.len && i < TC_COUNT_OF(words); i++)
        if (tc_slice_search_ascii(text, tc_slice_of(words[i].word)) != TC_NPOS)
            return words[i].keywords;
    return of_number(text);
}

static bool is_security(const tc_row *row)
{
    tc_windows_log log = tc_windows_row_log(row);
    return log == TC_WINDOWS_LOG_SECURITY || log == TC_WINDOWS_LOG_AUDITED_PROCESS;
}

/* A mask, or words that need no translation. */
static bool is_own(tc_slice text)
{
    uint64_t mask = 0;
    int64_t number = 0;
    if (tc_slice_starts_ascii(text, TC_LIT("0x")))
        tc_slice_hex_to_u64(text, &mask);
    else if (tc_slice_to_i64(text, &number))
        mask = (uint64_t)number;
    else
        tc_slice_to_u64(text, &mask);
    return (mask != 0 && !of_number(text)) || of_word(text);
}

void tc_windows_read_outcome(tc_row *row, tc_slice word)
{
    tc_slice said = text_of(row, TC_FIELD_WE_KEYWORDS);
    if (is_own(said)) return;
    const char *keywords = of_words(said);
    /* What the Security log audits has no level of its own. */
    if (!keywords && is_security(row)) keywords = of_number(text_of(row, TC_FIELD_WE_LEVEL));
    if (!keywords) keywords = of_word(word);
    if (keywords)
        tc_row_set(row, tc_windows_column(TC_FIELD_WE_KEYWORDS),
                   tc_cell_text(tc_slice_of(keywords)), UINT8_MAX);
}
