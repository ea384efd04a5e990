#include "stop.h"
#include "words.h"

static const char *const words[] = {
	/* English */
	"a about above after again against all almost along already also "
	"although always am among an and another any anything are aren around "
	"as at away back be became because become been before being below "
	"between both but by came can cannot chapter could couldn "
	"did didn different do does doesn doing don done down during each "
	"either else end enough even ever every example examples few find "
	"first for from further get gets getting give given gives go goes "
	"going gone good got had has have haven having he help her here hers "
	"him his how however i if in instead into is isn it its itself just "
	"keep kind know last later least less let like ll look looks lot made "
	"main make makes making many may maybe me mean means might more most "
	"much must my need needed needs never new next no nor not nothing now "
	"of off often ok on once one ones only or other others our out over "
	"own part perhaps possible put quite rather re really "
	"right s said same say says section see seen several shall "
	"she should show shows shown simple simply since so some something "
	"sometimes still such sure t take takes than that the their them then "
	"there therefore these they thing things think this those though "
	"through thus time to together too toward try two under until up upon "
	"us use used useful uses using ve very want wants was wasn way ways we "
	"well were weren what when where whether which while who whole whose "
	"why will with within without won work works would wouldn yet you your "
	"yours",
	/* German */
	"aber als auch auf aus bei beim bin bis bist da dann das dass dem den "
	"denn der des dich dir doch durch ein eine einem einen einer eines er "
	"es euch fuer für hatte hier ich ihr im ist ja jede jeder jedes kann "
	"kein keine mehr mein mit nach nicht nichts noch nun nur ob oder ohne "
	"sehr sein seine sich sie sind soll sondern um und uns unter vom von "
	"vor wenn wer werden wie wieder wir wird wo zu zum zur zwischen über",
	/* French */
	"alors au aux avec avoir ce ces cet cette comme dans de depuis deux du "
	"elle elles en entre est et etre faire fait il ils je la le les leur "
	"leurs mais meme mes moins ne nos notre nous ont ou par pas peut plus "
	"pour quand que quel quelle qui sa sans se ses si sont sous sur tout "
	"tous toute toutes très un une vos votre vous être même où",
	/* Spanish, Portuguese, Italian */
	"al algo como con cual cuando del desde donde el ella ellos entonces "
	"era ese eso esta este esto estos fue ha hace hasta hay las los mas "
	"más mi muy nada nos nosotros otra otro para pero poco por porque "
	"puede ser sin sobre son su sus también tan tiene todo todos una unos "
	"y ya ao aos até com da das dos ela ele eles em essa esse isso isto "
	"já mais mas mesmo muito na nas não no nos num numa os ou pela pelo "
	"quando quem são sem seu sua suas também tem um uma umas uns você che "
	"chi ci come cosa cui dal dalla degli dei della delle di dove gli ho "
	"il lo loro ma molto nel nella nei non ogni per perché più può quale "
	"quando quello questa questo qui se sono sta su sul sulla tra tutti "
	"tutto uno è",
	/* Dutch */
	"aan bij dat deze dit een geen heb hebben heeft hem het hier hij hoe "
	"ik je kan kunnen maar meer met mijn naar niet nog nu of om onder ons "
	"ook op te tot uit van veel voor waar wat werd wij wordt zal ze zich "
	"zij zijn zo",
	/* Russian */
	"а без бы был была были было быть в вам вас во вот все всё вы где да "
	"для до его ее её если есть еще ещё же за и из или им их к как когда "
	"кто ли мне может мы на над надо нам нас не него нет ни но о об один "
	"он она они оно от по под при с со так также там тем то того тоже "
	"только ты у уже что чтобы эта эти это этого этот я",
};

enum { SLOTS = sizeof((struct stop *)0)->slots / sizeof(uint64_t) };

static size_t
slot_of(const struct stop *s, uint64_t hash)
{
	size_t i = (size_t)(hash >> 20) % SLOTS;

	while (s->slots[i] && s->slots[i] != hash)
		i = (i + 1) % SLOTS;
	return i;
}

const struct stop *
stop_new(struct arena *a)
{
	struct stop *s = ARENA_NEW(a, struct stop);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct str word, rest = str_from(words[i]);

		while (str_split(&rest, ' ', &word)) {
			uint64_t hash = word_hash(word);

			s->slots[slot_of(s, hash)] = hash;
		}
	}
	return s;
}

bool
stop_has(const struct stop *s, uint64_t hash)
{
	return s->slots[slot_of(s, hash)] != 0;
}
