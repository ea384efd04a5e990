#include "page_text.h"

const struct mint_words mint_page_words[] = {
	{ "rehearsal", "Rehearsal: no money moves",
	    "演练模式：不会产生真实扣款" },
	{ "checkout", "Checkout", "结账" },
	{ "pay_to", "Pay", "支付" },
	{ "subscribe_to", "Subscribe", "订阅" },
	{ "email", "Email", "电子邮箱" },
	{ "name", "Name (optional)", "姓名（选填）" },
	{ "code", "Promotion code", "优惠码" },
	{ "apply", "Apply", "使用" },
	{ "remove", "Remove", "移除" },
	{ "bad_code", "This code is not valid.", "此优惠码无效。" },
	{ "bad_email", "Enter a valid email address.",
	    "请输入有效的电子邮箱。" },
	{ "declined",
	    "Your card was declined. Nothing was charged; you can try "
	    "again.",
	    "您的银行卡被拒绝，未产生扣款。您可以重试。" },
	{ "quantity", "Qty", "数量" },
	{ "each", "each", "每件" },
	{ "subtotal", "Subtotal", "小计" },
	{ "discount", "Discount", "优惠" },
	{ "total", "Total due today", "今日应付总额" },
	{ "trial", "free trial; nothing is due today",
	    "免费试用，今日无需付款" },
	{ "per_day", "per day", "每天" },
	{ "per_week", "per week", "每周" },
	{ "per_month", "per month", "每月" },
	{ "per_year", "per year", "每年" },
	{ "pay", "Pay", "支付" },
	{ "subscribe", "Subscribe", "订阅" },
	{ "complete_free", "Complete order", "完成订单" },
	{ "others", "Rehearse something else", "演练其他情况" },
	{ "decline", "Card is declined", "银行卡被拒绝" },
	{ "delay", "Bank debit that arrives later", "银行扣款，稍后到账" },
	{ "delay_fail", "Bank debit that fails later", "银行扣款，稍后失败" },
	{ "others_hint",
	    "A delayed payment returns to the shop at once, unpaid; "
	    "its end follows by webhook.",
	    "延迟付款会立即返回商店（尚未付款），最终结果随后由 webhook "
	    "通知。" },
	{ "back", "Back to the shop", "返回商店" },
	{ "leave", "Leave without paying", "不付款，返回" },
	{ "summary", "Order summary", "订单摘要" },
	{ "contact", "Your details", "您的信息" },
	{ "complete_title", "This checkout is complete", "结账已完成" },
	{ "complete_text", "You can close this page.", "您可以关闭此页面。" },
	{ "expired_title", "This checkout has expired", "结账已过期" },
	{ "expired_text",
	    "Nothing was charged. Go back to the shop and start "
	    "again.",
	    "未产生任何扣款。请返回商店重新开始。" },
	{ "missing_title", "There is nothing here", "页面不存在" },
	{ "missing_text", "The address is wrong, or what it showed is gone.",
	    "地址有误，或其内容已不存在。" },
	{ "portal_title", "Your subscriptions", "您的订阅" },
	{ "portal_none", "There is no subscription.", "没有任何订阅。" },
	{ "renews", "Next renewal", "下次续订" },
	{ "ends", "Ends on", "结束日期" },
	{ "cancel", "Cancel at the end of the period", "到期后取消" },
	{ "resume", "Keep the subscription", "继续订阅" },
	{ "receipt_title", "Receipt", "收据" },
	{ "home_title", "pennymint is running", "pennymint 正在运行" },
	{ "home_text",
	    "A rehearsal of a payment service. No money moves, and "
	    "nothing leaves this machine but webhooks. See "
	    "pennymint(1).",
	    "支付服务的演练环境。不会产生真实扣款。" },
};
const size_t mint_page_words_count =
    sizeof mint_page_words / sizeof *mint_page_words;

static const char layout[] =
    "<!doctype html>\n"
    "<html lang=\"{{lang}}\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta name=\"robots\" content=\"noindex\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>{{title}} · pennymint</title>\n"
    "<link rel=\"icon\" href=\"/c/icon.svg\" type=\"image/svg+xml\">\n"
    "<link rel=\"stylesheet\" href=\"/c/style.css\">\n"
    "</head>\n"
    "<body>\n"
    "<header class=\"rehearsal\"><span aria-hidden=\"true\">●</span> "
    "{{words.rehearsal}}</header>\n"
    "<main>\n"
    "{{$main}}{{/main}}"
    "</main>\n"
    "</body>\n"
    "</html>\n";

static const char message[] =
    "{{<layout}}{{$main}}"
    "<section class=\"message\">\n"
    "<h1>{{title}}</h1>\n"
    "<p>{{text}}</p>\n"
    "{{#amount}}<p class=\"amount\">{{amount}}</p>{{/amount}}"
    "{{#back}}<p><a class=\"button\" href=\"{{back}}\">"
    "{{words.back}}</a></p>{{/back}}\n"
    "</section>\n"
    "{{/main}}{{/layout}}";

static const char summary[] =
    "<section class=\"summary\" aria-labelledby=\"summary\">\n"
    "{{#cancel_url}}<p class=\"leave\"><a href=\"{{cancel_url}}\" "
    "id=\"abandon\"><span aria-hidden=\"true\">←</span> {{words.back}}</a>"
    "</p>\n{{/cancel_url}}"
    "<h1 id=\"summary\"><span>{{verb}}</span> "
    "<strong id=\"total\">{{total}}</strong>"
    "{{#interval}} <small>{{interval}}</small>{{/interval}}</h1>\n"
    "{{#trial}}<p class=\"hint\">{{trial}}</p>\n{{/trial}}"
    "<ul class=\"lines\">\n"
    "{{#lines}}<li><div><b>{{name}}</b>"
    "{{#about}}<p>{{about}}</p>{{/about}}"
    "{{#several}}<p>{{words.quantity}} {{quantity}} · {{unit}} "
    "{{words.each}}</p>{{/several}}"
    "{{#interval}}<p>{{interval}}</p>{{/interval}}</div>"
    "<span class=\"money\">{{amount}}</span></li>\n{{/lines}}"
    "</ul>\n"
    "<dl class=\"totals\">\n"
    "<div><dt>{{words.subtotal}}</dt><dd>{{subtotal}}</dd></div>\n"
    "{{#discount}}<div><dt>{{words.discount}} <code>{{code}}</code></dt>"
    "<dd>−{{amount}}</dd></div>\n{{/discount}}"
    "<div class=\"total\"><dt>{{words.total}}</dt>"
    "<dd>{{total_today}}</dd></div>\n"
    "</dl>\n"
    "{{#promotion}}"
    "<form method=\"post\" class=\"code\">\n"
    "{{#discount}}<button name=\"action\" value=\"remove_code\" "
    "class=\"plain\">{{words.remove}} {{code}}</button>{{/discount}}"
    "{{^discount}}<label for=\"code\">{{words.code}}</label>\n"
    "<div><input id=\"code\" name=\"code\" required maxlength=\"100\" "
    "autocomplete=\"off\" autocapitalize=\"characters\" value=\"{{typed}}\""
    "{{#bad}} aria-invalid=\"true\" aria-describedby=\"code-error\"{{/bad}}>"
    "<button name=\"action\" value=\"code\">{{words.apply}}</button></div>"
    "{{#bad}}<p class=\"error\" id=\"code-error\" role=\"alert\">"
    "{{words.bad_code}}</p>{{/bad}}{{/discount}}\n"
    "</form>\n"
    "{{/promotion}}"
    "</section>\n";

static const char pay[] =
    "{{<layout}}{{$main}}"
    "<div class=\"checkout\">\n"
    "{{>summary}}"
    "<section class=\"details\" aria-labelledby=\"details\">\n"
    "<h2 id=\"details\">{{words.contact}}</h2>\n"
    "{{#declined}}<p class=\"alert\" role=\"alert\" id=\"declined\">"
    "{{words.declined}} <code>card_declined</code></p>\n{{/declined}}"
    "<form method=\"post\" id=\"pay\">\n"
    "<label for=\"email\">{{words.email}}</label>\n"
    "{{#fixed_email}}<input id=\"email\" value=\"{{fixed_email}}\" "
    "readonly>\n{{/fixed_email}}"
    "{{^fixed_email}}<input id=\"email\" name=\"email\" type=\"email\" "
    "required maxlength=\"512\" autocomplete=\"email\" value=\"{{email}}\""
    "{{#bad_email}} aria-invalid=\"true\" "
    "aria-describedby=\"email-error\"{{/bad_email}}>\n"
    "{{#bad_email}}<p class=\"error\" id=\"email-error\" role=\"alert\">"
    "{{words.bad_email}}</p>\n{{/bad_email}}{{/fixed_email}}"
    "<label for=\"name\">{{words.name}}</label>\n"
    "<input id=\"name\" name=\"name\" autocomplete=\"name\" "
    "maxlength=\"256\" value=\"{{name}}\">\n"
    "<button class=\"primary\" name=\"action\" value=\"pay\">{{button}}"
    "</button>\n"
    "{{#others}}"
    "<fieldset>\n<legend>{{words.others}}</legend>\n"
    "<button name=\"action\" value=\"decline\">{{words.decline}}</button>\n"
    "{{#single}}<button name=\"action\" "
    "value=\"delay\">{{words.delay}}</button>\n"
    "<button name=\"action\" value=\"delay_fail\">{{words.delay_fail}}"
    "</button>\n"
    "<p class=\"hint\">{{words.others_hint}}</p>\n{{/single}}"
    "</fieldset>\n"
    "{{/others}}"
    "</form>\n"
    "{{#cancel_url}}<p class=\"leave\"><a href=\"{{cancel_url}}\">"
    "{{words.leave}}</a></p>\n{{/cancel_url}}"
    "</section>\n"
    "</div>\n"
    "{{/main}}{{/layout}}";

static const char portal[] =
    "{{<layout}}{{$main}}"
    "<section class=\"message\">\n"
    "<h1>{{title}}</h1>\n"
    "{{^subscriptions}}<p>{{words.portal_none}}</p>\n{{/subscriptions}}"
    "{{#subscriptions}}<form method=\"post\" class=\"subscription\">\n"
    "<h2>{{name}}</h2>\n<p>{{amount}} · "
    "{{#ending}}{{words.ends}}{{/ending}}{{^ending}}{{words.renews}}"
    "{{/ending}} <time>{{date}}</time></p>\n"
    "<input type=\"hidden\" name=\"subscription\" value=\"{{id}}\">\n"
    "{{#ending}}<button name=\"action\" value=\"resume\">{{words.resume}}"
    "</button>{{/ending}}"
    "{{^ending}}<button name=\"action\" value=\"cancel\">{{words.cancel}}"
    "</button>{{/ending}}\n"
    "</form>\n{{/subscriptions}}"
    "{{#back}}<p><a class=\"button\" href=\"{{back}}\">"
    "{{words.back}}</a></p>{{/back}}\n"
    "</section>\n"
    "{{/main}}{{/layout}}";

const struct mint_template mint_page_templates[] = {
	{ "layout", layout },
	{ "summary", summary },
	{ "pay", pay },
	{ "message", message },
	{ "portal", portal },
};
const size_t mint_page_templates_count =
    sizeof mint_page_templates / sizeof *mint_page_templates;

static const char style_base[] =
    ":root{--ink:#1c2024;--soft:#5b636b;--page:#fff;--tint:#f5f3ee;"
    "--line:#dcd9d2;--field:#8a8f94;--main:#0b5f4b;--on-main:#fff;"
    "--bad:#a3231d;--bad-tint:#fdeeec;--badge:#fff4d6;--on-badge:#5c4300}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#eceae6;--soft:#a9aeb3;"
    "--page:#15181a;--tint:#1d2124;--line:#373d41;--field:#7d848a;"
    "--main:#6fd3b5;--on-main:#06241c;--bad:#ff9d94;--bad-tint:#3a1a18;"
    "--badge:#3b3110;--on-badge:#f5dc94}}\n"
    "*{box-sizing:border-box}\n"
    "html{font:100%/1.5 system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\","
    "\"PingFang SC\",\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;"
    "-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;min-height:100vh;color:var(--ink);background:var(--page);"
    "overflow-wrap:anywhere}\n"
    "h1,h2,p,dl,ul,fieldset{margin:0;padding:0}\n"
    "a{color:var(--main);text-underline-offset:.15em}\n"
    ".rehearsal{padding:.4rem 1rem;text-align:center;font-size:.875rem;"
    "color:var(--on-badge);background:var(--badge)}\n"
    ".checkout{display:grid;min-height:calc(100vh - 2.2rem)}\n"
    ".summary,.details{padding:1.5rem clamp(1rem,5vw,4rem) 2rem}\n"
    ".summary{background:var(--tint)}\n"
    ".summary>*,.details>*{max-width:27rem;margin-inline:auto}\n"
    ".leave{margin-bottom:1.25rem}\n"
    ".details>.leave{margin:1.25rem auto 0}\n"
    "h1{font-size:1rem;font-weight:400;color:var(--soft)}\n"
    "h1 span,h1 strong{display:block}\n"
    "h1 strong{font-size:2.25rem;line-height:1.2;font-weight:650;"
    "color:var(--ink);font-variant-numeric:tabular-nums}\n"
    "h1 small{font-size:1rem}\n"
    "h2{font-size:1.125rem;font-weight:600;margin-bottom:1rem}\n";

static const char style_parts[] =
    ".lines{list-style:none;margin-top:1.75rem}\n"
    ".lines li{display:flex;gap:1rem;justify-content:space-between;"
    "padding:.5rem 0}\n"
    ".lines p,.hint{color:var(--soft);font-size:.875rem}\n"
    ".lines b{font-weight:600}\n"
    ".money,dd{font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".totals{margin-top:.75rem;border-top:1px solid var(--line)}\n"
    ".totals div{display:flex;gap:1rem;justify-content:space-between;"
    "padding:.5rem 0}\n"
    ".totals dd{margin:0}\n"
    ".totals .total{border-top:1px solid var(--line);font-weight:600}\n"
    "form label{display:block;font-weight:500;font-size:.9375rem;"
    "margin:0 0 .3rem}\n"
    "input{font:inherit;width:100%;min-height:2.75rem;padding:.5rem .75rem;"
    "color:inherit;background:var(--page);border:1px solid var(--field);"
    "border-radius:.5rem}\n"
    "input[readonly]{background:var(--tint);border-color:var(--line)}\n"
    "input[aria-invalid]{border-color:var(--bad)}\n"
    "#pay input{margin-bottom:1rem}\n"
    "button,.button{font:inherit;font-weight:500;cursor:pointer;"
    "display:inline-block;min-height:2.75rem;padding:.55rem 1rem;"
    "color:inherit;background:var(--page);border:1px solid var(--field);"
    "border-radius:.5rem;text-decoration:none}\n"
    "button:hover,.button:hover{border-color:var(--ink)}\n"
    ".primary{width:100%;font-weight:600;font-size:1.0625rem;"
    "color:var(--on-main);background:var(--main);border-color:var(--main);"
    "margin-top:.5rem}\n"
    ":focus-visible{outline:3px solid var(--main);outline-offset:2px}\n"
    "fieldset{border:0;border-top:1px solid var(--line);margin-top:2rem;"
    "padding-top:1rem;display:grid;gap:.6rem;min-width:0}\n"
    "legend{color:var(--soft);font-size:.875rem;padding-right:.75rem}\n"
    ".code{margin-top:1.25rem}\n"
    ".code div{display:flex;gap:.5rem}\n"
    ".code input{flex:1;min-width:0}\n"
    ".error{color:var(--bad);font-size:.875rem;margin-top:.3rem}\n"
    "#pay .error{margin:-.7rem 0 1rem}\n"
    ".alert{color:var(--bad);background:var(--bad-tint);"
    "border:1px solid;border-radius:.5rem;padding:.75rem 1rem;"
    "margin-bottom:1.25rem}\n"
    "code{font-size:.9em}\n"
    ".message{max-width:34rem;margin:0 auto;padding:3rem 1rem;display:grid;"
    "gap:1rem;justify-items:start}\n"
    ".message h1{font-size:1.5rem;font-weight:650;color:var(--ink)}\n"
    ".amount{font-size:2rem;font-weight:650}\n"
    ".subscription{border:1px solid var(--line);border-radius:.75rem;"
    "padding:1rem;width:100%;display:grid;gap:.75rem;justify-items:start}\n"
    ".subscription h2{margin:0}\n"
    "@media (min-width:52rem){.checkout{grid-template-columns:1fr 1fr}"
    ".summary,.details{padding-top:4rem}"
    ".summary>*{margin-inline:auto 0}.details>*{margin-inline:0 auto}"
    ".details>.leave{margin-inline:0 auto}}\n"
    "@media print{.rehearsal,.details,.code,.leave{display:none}}\n";

const char *const mint_page_style[] = { style_base, style_parts, NULL };

const char mint_page_icon[] =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
    "<circle cx=\"16\" cy=\"16\" r=\"14\" fill=\"#0b5f4b\"/>"
    "<circle cx=\"16\" cy=\"16\" r=\"11\" fill=\"none\" stroke=\"#f5dc94\" "
    "stroke-width=\"1.5\"/>"
    "<path d=\"M12 24V8h5.5a4.5 4.5 0 0 1 0 9H12\" fill=\"none\" "
    "stroke=\"#f5dc94\" stroke-width=\"3\"/></svg>\n";
