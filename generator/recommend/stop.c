#include "stop.h"
#include "words.h"

static const char *const words[] = {
	/* English */
	"a about above after again against all almost along already also "
	"although always am among an and another any anything are aren "
	"around as at away back be became because become been before being "
	"below between both but by came can cannot chapter could couldn did "
	"didn different do does doesn doing don done down during each "
	"either else end enough even ever every example examples few find "
	"first for from further get gets getting give given gives go goes "
	"going gone good got had has have haven having he help her here "
	"hers him his how however i if in instead into is isn it its itself "
	"just keep kind know last later least less let like ll look looks "
	"lot made main make makes making many may maybe me mean means might "
	"more most much must my need needed needs never new next no nor not "
	"nothing now of off often ok on once one ones only or other others "
	"our out over own part perhaps possible put quite rather re really "
	"right s said same say says section see seen several shall she "
	"should show shows shown simple simply since so some something "
	"sometimes still such sure t take takes than that the their them "
	"then there therefore these they thing things think this those "
	"though through thus time to together too toward try two under "
	"until up upon us use used useful uses using ve very want wants was "
	"wasn way ways we well were weren what when where whether which "
	"while who whole whose why will with within without won work works "
	"would wouldn yet you your yours",
	/* German */
	"aber als auch auf aus bei beim bin bis bist da dann das dass dem "
	"den denn der des dich dir doch durch ein eine einem einen einer "
	"eines er es euch fuer für hatte hier ich ihr im ist ja jede jeder "
	"jedes kann kein keine mehr mein mit nach nicht nichts noch nun nur "
	"ob oder ohne sehr sein seine sich sie sind soll sondern um und uns "
	"unter vom von vor wenn wer werden wie wieder wir wird wo zu zum "
	"zur zwischen über",
	/* French */
	"alors au aux avec avoir ce ces cet cette comme dans de depuis deux "
	"du elle elles en entre est et etre faire fait il ils je la le les "
	"leur leurs mais meme mes moins ne nos notre nous ont ou par pas "
	"peut plus pour quand que quel quelle qui sa sans se ses si sont "
	"sous sur tout tous toute toutes très un une vos votre vous être "
	"même où",
	/* Spanish, Portuguese, Italian */
	"al algo como con cual cuando del desde donde el ella ellos "
	"entonces era ese eso esta este esto estos fue ha hace hasta hay "
	"las los mas más mi muy nada nos nosotros otra otro para pero poco "
	"por porque puede ser sin sobre son su sus también tan tiene todo "
	"todos una unos y ya ao aos até com da das dos ela ele eles em essa "
	"esse isso isto já mais mas mesmo muito na nas não no nos num numa "
	"os ou pela pelo quando quem são sem seu sua suas também tem um uma "
	"umas uns você che chi ci come cosa cui dal dalla degli dei della "
	"delle di dove gli ho il lo loro ma molto nel nella nei non ogni "
	"per perché più può quale quando quello questa questo qui se sono "
	"sta su sul sulla tra tutti tutto uno è",
	/* Dutch */
	"aan bij dat deze dit een geen heb hebben heeft hem het hier hij "
	"hoe ik je kan kunnen maar meer met mijn naar niet nog nu of om "
	"onder ons ook op te tot uit van veel voor waar wat werd wij wordt "
	"zal ze zich zij zijn zo",
	/* Russian */
	"а без бы был была были было быть в вам вас во вот все всё вы где "
	"да для до его ее её если есть еще ещё же за и из или им их к как "
	"когда кто ли мне может мы на над надо нам нас не него нет ни но о "
	"об один он она они оно от по под при с со так также там тем то "
	"того тоже только ты у уже что чтобы эта эти это этого этот я",
	/* Korean */
	"것 것을 것이 것은 그 그것 그래서 그러나 그런 그리고 너무 다른 다시 "
	"대한 대해 더 되는 된 된다 됩니다 따라 때 때문에 또 또는 또한 및 "
	"매우 모든 무엇 바로 수 아니라 아주 안 어떤 없는 없다 없습니다 여기 "
	"여러 우리 위해 이 이것 이런 입니다 있는 있다 있습니다 저 즉 지금 "
	"통해 하고 하나 하는 하면 하지만 한 한다 할 합니다 해서",
};

static const char *const plain_words[] = {
	"figure figures listing listings summary summaries front list lists "
	"row rows letter letters key keys std able accept accepts according "
	"achieve across act acts actual actually ad add added adding "
	"additional adds advanced advantage afterwards ago ahead aim allow "
	"allowed allowing allows amount answer answered answers appear "
	"appears appendix apply applied applying approach arrive aside ask "
	"asked asking asks assume author authors available avoid based "
	"basic bear becomes becoming beginning begins behave belong best "
	"better beyond big bigger bit body book bought bring brings build "
	"building builds built business buying buys call called calling "
	"calls care careful carry case cases cause causes certain chance "
	"change changed changes changing chapters check checked checking "
	"choose chosen clear clearer clearly close closer closely collect "
	"come comes coming common compare compared complete completely "
	"concept concepts concise conclusion consider consist contain "
	"contained containing contains content contents continue correct "
	"correctly count course courses create created creates creating "
	"current custom cut day days deal decide decided decides deep "
	"deeper define defined defines defining depend depends describe "
	"described describes detail details differ difference differences "
	"difficult direct discuss discussed discussion earlier early easier "
	"easily easy effect eight empty ends entire equal especially every "
	"everyone everything everywhere exactly exercise exercises exist "
	"existing exists expect expected explain explained explains extend "
	"extending extra face fact fail failed fails fall falls false "
	"familiar far fast faster feel fewer fifth final finally fine "
	"finish finished five fixed follow followed following follows "
	"foreword form forms forty forward found four fourth free freely "
	"friend full fully fun functionality future gain general generally "
	"good great group grow guide half hand handled handling hands "
	"happen happened happening happens hard harder hear heard hello "
	"help helpful helps hence high higher highest hold holding holds "
	"home hour hours huge hundred idea ideas ignore ignored ignoring "
	"immediately implement implemented implementing implements "
	"important improve improved improving include included includes "
	"including indeed inside instance interest interested interesting "
	"introduce introduced introduces introducing introduction involved "
	"issue item items job keeping keeps kept kinds knew knowing known "
	"knows large larger",
	"largest late leads learn learned leave leaves leaving left less "
	"lesson lessons lets letting lies life light lines little live "
	"lives long longer lose lost low lower maintain manage managing "
	"manner matter matters mean meaning meant meet mention mentioned "
	"mentions met middle mind minute minutes miss missing mistake "
	"mistakes moment month months morning mostly move moved moves "
	"moving name named names natural nature near nearly necessary "
	"neither nice nine normal normally note notes notice notices "
	"numbers obvious old older open opens order ordinary original "
	"outside overview page pages pair paragraph particular parts pass "
	"passed passes passing past pay pays people perform person "
	"personally pick picture piece pieces place placed places plain "
	"play please points possibility practice preface prefer present "
	"prevent previous previously printed printing prints probably "
	"problem problems produce produced produces proper properly provide "
	"provided provides providing purpose puts putting question "
	"questions quick quickly quietly reach reached reaches read reader "
	"readers reads ready real reality reason reasons receive recent "
	"recommend refer refers regular related remain remember remove "
	"removed repeat replace replaced require required requires rest "
	"result resulting results return returned returns run running runs "
	"safe sake save saves second seconds seeing seem seems sees select "
	"sell send sense sent separate separating setting seven short "
	"shorter show showing side sight sign similar single site sites "
	"situation six size slightly slow slower small smaller solution "
	"solve solved someone somewhere soon sort special specific specify "
	"spent stand standard stands start started starting starts stated "
	"stay stays step steps stop stops stored story straight strange "
	"study style subject suppose surely takes taking talk talking task "
	"tasks tell tells ten term terms text thank theirs thinking third "
	"thirty thought thousand three throughout times title titles today "
	"told tomorrow tool tools topic topics total touch true try trying "
	"turn turned turns twelve twenty twice typical typically understand "
	"understanding understood unit unless unlike update updated usage "
	"user users usual usually valid variety various versus via wait "
	"waiting walk walks want wanted watch week weeks whatever whenever "
	"wherever whichever wide wish wonder word words worked working "
	"world worse worst worth write writes writing written wrong wrote "
	"year years yes yesterday zero",
	/* German, French, Spanish: how parts of a course are headed */
	"aufgabe aufgaben beispiel beispiele einführung einleitung inhalt "
	"kapitel lektion übung übungen zusammenfassung chapitre conclusion "
	"exemple exemples exercice exercices leçon résumé capítulo "
	"conclusión ejemplo ejemplos ejercicio ejercicios introducción "
	"lección resumen",
	/* Chinese, Japanese: runs of characters */
	"小结 练习 习题 作业 讨论 引言 简介 总结 概述 附录 前言 介绍 目录 "
	"本章 本节 本课 课程 一节 一课 下一步 说明 例子 示例 问题 方法 内容 "
	"开始 使用 实现 我们 可以 需要 如何 怎样 什么 为什么 时候 东西 一个 "
	"所示 接下来 事实上 选择 创建 进行计算 也就是说 换句话说 正如 版本 "
	"注意 看到 考虑 简单 一种 一次 两个 三个 之间 之后 之前 这里 如下 "
	"如图 相同 不同 一般 通常 现在 过去 未来 很多 许多 大多数 需求 表示 "
	"第一 第二 第三 第四 第五 一些 没有 自己 知道 这样 那么 然后 因为 "
	"所以 但是 如果 例如 比如 其中 以下 以上 下面 上面 最后 首先 其次 "
	"通过 进行 关于 来自 准备 参考 阅读 目标 结论 代码 运行 结果 情况 "
	"部分 此外 另外 然而 不过 虽然 由于 于是 并且 而且 或者 只要 只有 "
	"除了 因此 从而 同样 同时 根据 按照 为了 对于 这个 那个 这些 那些 "
	"这里 那里 每个 每一个 另一个 他们 它们 大家 能够 应该 必须 可能 "
	"不能 不会 不是 就是 还是 还有 以及 得到 给定 假设 显示 特别 实际上 "
	"相应 具有 包含 包括 存在 成为 作为 称为 叫做 所谓 其实 总之 一样 "
	"一起 一定 一直 默认情况下 即使 本书 关系 まとめ 概要 練習 演習 "
	"はじめに 目次 付録 問題 例題",
};

enum {
	MAYBE = 8 * sizeof((struct stop *)0)->maybe,
	SLOTS = sizeof((struct stop *)0)->slots / sizeof(uint64_t),
	PLAIN = sizeof((struct stop *)0)->plain / sizeof(uint64_t),
};

static size_t
slot_of(const uint64_t *slots, size_t count, uint64_t hash)
{
	size_t i = (size_t)(hash >> 20) % count;

	while (slots[i] && slots[i] != hash)
		i = (i + 1) % count;
	return i;
}

static size_t
hash_bit(uint64_t hash)
{
	return (size_t)(hash >> 40) % MAYBE;
}

static void
add_words(struct stop *s, uint64_t *slots, size_t count, const char *list)
{
	struct str word, rest = str_from(list);

	while (str_split(&rest, ' ', &word)) {
		uint64_t hash = word_hash(word);

		slots[slot_of(slots, count, hash)] = hash;
		s->maybe[hash_bit(hash) / 64] |= UINT64_C(1)
		    << hash_bit(hash) % 64;
	}
}

const struct stop *
stop_new(struct arena *a)
{
	struct stop *s = ARENA_NEW(a, struct stop);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		add_words(s, s->slots, SLOTS, words[i]);
	for (size_t i = 0; i < sizeof plain_words / sizeof *plain_words; i++)
		add_words(s, s->plain, PLAIN, plain_words[i]);
	return s;
}

bool
stop_find(const struct stop *s, uint64_t hash)
{
	return s->slots[slot_of(s->slots, SLOTS, hash)] != 0;
}

bool
stop_find_plain(const struct stop *s, uint64_t hash)
{
	return s->plain[slot_of(s->plain, PLAIN, hash)] != 0;
}
