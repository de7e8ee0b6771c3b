/* cues.c - the phrases themselves, in the languages we read; one line a cue and language.
 *
 * Headings count only where a heading can stand (zones.c); a phrase here is no claim that every
 * such word is a heading. Keep them short and literal: the matcher handles case, plurals, hyphens
 * and "&". */
#include "cues.h"

#include <string.h>

#include "draft.h"

static const struct cue_row cues[] = {
    {CUE_H_MUST, 0,
     "role requirements;the experience you'll bring;the experience you will bring;"
     "what the candidate will need;requirement/minimum qualification;position requirements;"
     "recommended experience;"
     "requirements;required skills;required qualifications;required experience;"
     "minimum requirements;"
     "minimum qualifications;basic qualifications;essential;essentials;essential skills;"
     "essential criteria;essential requirements;must have;must haves;must-have skills;"
     "qualifications;"
     "your qualifications;your profile;your skills;your experience;your background;who you are;"
     "about you;what you bring;what you will bring;what you'll bring;what we are looking for;"
     "who are we looking for;what are we looking for;who do we need;"
     "what we're looking for;we are looking for;we're looking for;you have;you should have;"
     "you must have;you will have;you'll have;what you need;what you'll need;what you will need;"
     "skills and experience;skills & qualifications;experience and skills;skills required;"
     "key skills;key requirements;job requirements;skills;technical skills;experience required;"
     "knowledge skills and abilities;knowledge and skills;candidate profile;you'll have;"
     "the ideal candidate;ideal candidate;person specification;education and experience;"
     "skills needed;technologies;tech stack;our stack;technology stack;our tech stack;the stack;"
     "desired profile;we expect;what we expect;requirement;minimum qual requirements;"
     "qualification requirements;to qualify;competencies;core competencies;you are;profile;"
     "skills and qualifications;experience and qualifications;technical requirements;"
     "qualifications and experience;skills knowledge and experience;we require;you bring;"
     "to be successful in this role;your expertise;what it takes;what makes you a great fit"},
    {CUE_H_MUST, 0,
     "anforderungen;ihr profil;dein profil;das bringst du mit;das bringen sie mit;"
     "was du mitbringst;was du mitbringen solltest;was sie mitbringen sollten;was sie mitbringen;qualifikationen;voraussetzungen;du bringst mit;"
     "sie bringen mit;das erwarten wir;wir erwarten;unsere anforderungen;fachliche anforderungen;"
     "das solltest du können;das solltest du mitbringen;das sollten sie mitbringen;das kannst du;"
     "das zeichnet dich aus;was wir erwarten;kenntnisse"},
    {CUE_H_MUST, 0,
     "profil recherché;votre profil;compétences requises;compétences;requis;le profil;"
     "requisitos;tu perfil;perfil;requisitos mínimos;qué buscamos;wat vragen wij;functie-eisen;"
     "jouw profiel;profiel;wat breng je mee;wij vragen;requisiti;il tuo profilo;profilo;"
     "competenze richieste;o teu perfil;requisitos obrigatórios;wymagania;oczekujemy;"
     "nasze wymagania;czego oczekujemy;oczekiwania;twój profil;kogo szukamy;profil kandydata;"
     "cosa cerchiamo;chi cerchiamo;requisiti richiesti;requisiti minimi;perfil pretendido;"
     "o que procuramos;perfil do candidato;vi söker dig som;vem är du;du har;önskad profil;"
     "cerințe obligatorii;ce căutăm;profilul căutat;competencias;qué pedimos;te pedimos;"
     "tu as;vous avez;dit breng je mee;dit vragen wij;wij zoeken;jij hebt;"
     "kvalifikationer;din profil;krav;vi söker;cerințe;cerinte;profilul candidatului"},
    {CUE_H_MUST, 0,
     "requisitos e qualificações;o que esperamos de você;o que buscamos;o que você precisa ter;"
     "who are you;you need to be;you will need to be;you should be;you must be;we need someone who;"
     "person spec;the person specification;the person;candidate requirements;what you need to have;"
     "what you need to succeed;what we look for;what we're after;"
     "you'll be a great match if;you'll be a great match if you;"
     "you'll be a great match if you have;you'll be a great fit if;"
     "you'll be a great fit if you;you'll be a great fit if you have;"
     "you'll be a great addition if;you'll be a great addition if you;"
     "you'll be a great addition if you have;you'll be a good match if;"
     "you'll be a good match if you;you'll be a good match if you have;"
     "you'll be a good fit if;you'll be a good fit if you;"
     "you'll be a good fit if you have;you'll be a good addition if;"
     "you'll be a good addition if you;you'll be a good addition if you have;"
     "you'll be a perfect match if;you'll be a perfect match if you;"
     "you'll be a perfect match if you have;you'll be a perfect fit if;"
     "you'll be a perfect fit if you;you'll be a perfect fit if you have;"
     "you'll be a perfect addition if;you'll be a perfect addition if you;"
     "you'll be a perfect addition if you have;"
     "what we are after;jij;sie haben;du hast;das solltest du haben;das brauchst du;"
     "das sollten sie haben;du solltest haben;dovresti avere;deves ter;debes tener;"
     "you might be a fit if;you might be a fit if you;you may be a fit if;you may be a fit if you;"
     "you could be a fit if;"
     "you might be a good fit if;you might be a good fit if you;you might be a great fit if;"
     "you might be a great fit if you;you might be a strong fit if;you might be a strong fit if "
     "you;"
     "you may be a good fit if;you may be a good fit if you;you may be a great fit if;"
     "you may be a great fit if you;you may be a strong fit if;you may be a strong fit if you;"
     "you could be a good fit if;you could be a good fit if you;you could be a great fit if;"
     "you could be a great fit if you;you could be a strong fit if;you could be a strong fit if "
     "you;"
     "you'll be a good fit if;you'll be a good fit if you;you'll be a great fit if;"
     "you'll be a great fit if you;you'll be a strong fit if;you'll be a strong fit if you;"
     "you'll thrive here if;you will thrive here if;this role is for you if;"
     "we'd love to hear from you if;we'd love to talk if you;about you;you'll need;"
     "you'll bring;what you have;what you'll have;what we need from you;what we ask;"
     "what we ask of you;what you should bring;what we want;who we're looking for;"
     "who we are looking for;who you'll be;the candidate;"
     "the successful candidate will have;successful candidates will have;"
     "the successful applicant will have;essential knowledge and experience;skills abilities and "
     "experience;"
     "education and qualifications;qualifications and skills;qualifications required;"
     "specialized experience;specialised experience;selection criteria;essential experience;"
     "applicants must;applicants must have;candidates must have;candidates should have;"
     "minimum criteria;to be considered;experience needed;mandatory skills;mandatory;"
     "dein hintergrund;dein know-how;deine qualifikation;deine qualifikationen;ihre qualifikation;"
     "ihre qualifikationen;deine skills;deine fähigkeiten;ihre fähigkeiten;ihre kompetenzen;"
     "wen wir suchen;wir suchen dich;das wünschen wir uns;wir wünschen uns;du passt zu uns, wenn;"
     "du passt zu uns;damit überzeugst du;damit überzeugst du uns;so überzeugst du;"
     "damit begeisterst du uns;das macht dich aus;das sind sie;das bist "
     "du;profil;anforderungsprofil;"
     "ihre voraussetzungen;deine voraussetzungen;was wir uns wünschen;bewerberprofil;"
     "profil du candidat;votre profil et compétences;vos atouts;ton profil;profil souhaité;"
     "profil requis;vos compétences;tes compétences;compétences attendues;qualités requises;"
     "exigences;qualifications requises;formation et expérience;prérequis;ce que nous recherchons;"
     "ce que nous attendons;nous attendons de vous;qui êtes-vous;qui es-tu;vous êtes;"
     "perfil buscado;perfil requerido;requisitos imprescindibles;requisitos indispensables;"
     "requerimientos;qué necesitas;lo que buscamos;qué esperamos de ti;tu experiencia;"
     "a quién buscamos;se requiere;imprescindible;formación y experiencia;"
     "functie-eis;wat vragen we;wat vragen we van jou;wat vragen wij van jou;dit ben jij;"
     "wie ben jij;wat neem je mee;wat neem jij mee;jouw achtergrond;dit neem je mee;dit heb jij;"
     "wie zoeken wij;wie zoeken we;gevraagd;eisen;dit vragen we;"
     "cosa ti chiediamo;cosa chiediamo;chi sei;requisito;profilo ricercato;profilo ideale;"
     "il candidato ideale;requisiti essenziali;requisiti fondamentali;competenze e requisiti;"
     "si richiede;si richiedono;requisitos essenciais;perfil desejado;o que esperamos de ti;"
     "o que esperamos de si;o que precisas;quem procuramos;perfil procurado;pré-requisitos;"
     "qualificações;exigências;perfil ideal;"
     "od kandydatów oczekujemy;od kandydata oczekujemy;od ciebie oczekujemy;wymagamy;"
     "czego od ciebie oczekujemy;czego potrzebujesz;wymagania wobec kandydata;profil idealny;"
     "vi söker dig;din bakgrund;om dig;dina kvalifikationer;vi ser gärna att du;vi förväntar oss;"
     "för att lyckas i rollen;kravprofil;skallkrav;kompetenskrav;vem vi söker;"
     "cine ești;ce așteptăm de la tine;profilul tău;profil candidat;cerințele postului;"
     "ce cerem;ce trebuie să știi;calificări"},
    {CUE_H_NICE, 0,
     "bonus points if;bonus points for;preferred / bonus skills;ideally you should also have;"
     "ideally you will also have;preferred / desirable;"
     "nice;nice to have;nice to haves;nice-to-have skills;bonus points;bonus;pluses;plus points;"
     "preferred qualifications;preferred skills;preferred experience;preferred;"
     "preferred requirements;"
     "desirable;desirable skills;desirable criteria;desired skills;desired qualifications;optional;"
     "it would be nice;would be a plus;will be a plus;it's a plus;extra credit;advantageous;"
     "additional skills;good to have;great to have;bonus skills;what would be nice;"
     "additional qualifications;non essential;it is a bonus if you have;desired;"
     "we'd be thrilled if you also know;we'd love it if you also;even better;extra points;"
     "brownie points;it would be great if you;what would be great;would be great;"
     "even better if you have;bonus if you have;nice to have but not required;"
     "diferencial;seria um diferencial;será um diferencial;requisitos desejáveis;"
     "wymagania dodatkowe;dodatkowe wymagania;zusätzliche qualifikationen;"
     "requisitos deseados;requisitos deseables;requisitos valorables;se valorará positivamente;"
     "requisitos opcionais;fattori preferenziali;atouts appréciés;wat heb je nog meer;"
     "von vorteil;wünschenswert;idealerweise;das wäre schön;pluspunkte;ein plus;"
     "souhaité;atouts;un plus;les plus;se valorará;deseable;valorable;pluspunten;is een pré;"
     "gradita;costituisce titolo preferenziale;desejável;diferenciais;mile widziane;meriterande;"
     "constituie avantaj;avantaje;mile widziane będzie;dodatkowym atutem będzie;atutem będzie;"
     "dodatkowe atuty;requisiti preferenziali;costituisce un plus;completano il profilo;"
     "valoriza-se;valorizamos;é uma mais-valia;mais-valias;se valora;valoramos;"
     "det är meriterande om;meriter;reprezintă un avantaj;avantajos"},
    {CUE_H_UNASKED, 0,
     "you don't need;you do not need;what you don't need;what you do not need;not required;"
     "not needed;you won't need;what we're not looking for;what we are not looking for;"
     "what we don't care about;what we don't need;"
     "what you don't have to have;das brauchst du nicht;das musst du nicht können;"
     "was du nicht brauchst;nicht erforderlich;nicht nötig;pas nécessaire;ce dont vous n'avez pas "
     "besoin;no necesitas;lo que no necesitas;niet nodig;wat je niet nodig hebt;non serve;"
     "cosa non serve;o que não precisas;não é necessário;nie wymagamy;czego nie wymagamy;"
     "krävs inte;ce nu cerem"},
    {CUE_H_DUTIES, 0,
     "what the candidate will do;what the role entails;your impact in role;your impact;"
     "role summary;position overview;job posting summary;core responsibilities;"
     "how you'll spend your time;how you will spend your time;overview of the role;"
     "responsibilities;your responsibilities;key responsibilities;duties;key duties;"
     "duties and responsibilities;roles and responsibilities;role and responsibilities;"
     "what you will do;what you'll do;what you will be doing;what you'll be doing;your tasks;"
     "your role;the role;your mission;tasks;main tasks;main duties;day to day;your day to day;"
     "job duties;essential functions;essential duties;job responsibilities;"
     "primary responsibilities;"
     "the job;in this role;in this role you will;you will;your day;essential job functions;"
     "ihre aufgaben;deine aufgaben;aufgaben;das erwartet dich;das erwartet sie;tätigkeiten;"
     "was sie erwartet;was dich erwartet;deine rolle;aufgabengebiet;vos missions;missions;"
     "vos responsabilités;le poste;funciones;tus funciones;responsabilidades;taken;"
     "jouw taken;wat ga je doen;werkzaamheden;mansioni;attività;responsabilità;atividades;"
     "funções;"
     "obowiązki;zakres obowiązków;arbetsuppgifter;responsabilități;responsabilitati;"
     "dina arbetsuppgifter;"
     "om tjänsten;twoje zadania;zadania;opis stanowiska;cosa farai;attività principali;"
     "principais funções;as tuas funções;descrierea postului;atribuții;atribuțiile postului"},
    {CUE_H_DUTIES, 0,
     "what you'll be working on;what you will work on;what you'll work on;what the job involves;"
     "what the role involves;the role involves;what's involved;in this role, you'll;the gig;"
     "purpose of the role;what you'd be doing;what you would be doing;day-to-day duties;"
     "what will you do;what will you be doing;what are you going to do;"
     "what your day looks like;your day looks like;a day in your life;what the job involves;"
     "what the role involves;the role involves;what you will be responsible for;"
     "what you'll be working on;what you will work on;what you'll work on;"
     "your responsibilities will include;your duties;duties include;responsibilities include;"
     "role responsibilities;main responsibilities;principal duties;principal accountabilities;"
     "key accountabilities;accountabilities;job purpose;main duties of the job;"
     "duties will include;a typical day;a day in the life;scope of work;"
     "responsabilidades e atribuições;o que você vai fazer;suas responsabilidades;suas atividades;"
     "sobre a vaga;descrição da vaga;"
     "jouw takenpakket;takenpakket;je takenpakket;se encargará de;te encargarás de;será responsable de;serás responsable de;tus funciones serán;"
     "das machst du;das machen sie;a tua missão;a sua missão;missão;tu misión;"
     "deine mission;das sind deine aufgaben;das machst du bei uns;deine tätigkeiten;"
     "ihre tätigkeiten;ihr aufgabengebiet;dein aufgabengebiet;aufgabenbereich;hauptaufgaben;"
     "das tust du;was du machst;ihr verantwortungsbereich;dein verantwortungsbereich;"
     "vos principales missions;missions principales;tes missions;vos tâches;activités principales;"
     "vos activités;tâches;responsabilités;missions du poste;votre mission;ta mission;"
     "vous serez chargé de;vous serez amené à;au quotidien;principales tareas;tareas;"
     "funciones principales;tus responsabilidades;qué harás;tu misión;misión;tareas a realizar;"
     "tu día a día;dit ga je doen;wat ga jij doen;jouw werkzaamheden;jouw rol;de functie;"
     "wat je gaat doen;wat doe je;jouw verantwoordelijkheden;taken en verantwoordelijkheden;"
     "functie-inhoud;"
     "la risorsa si occuperà di;si occuperà di;di cosa ti occuperai;le tue attività;"
     "principali mansioni;mansioni principali;principali attività;il tuo ruolo;compiti;"
     "principali responsabilità;cosa farai da noi;o que vais fazer;o que vai fazer;"
     "responsabilidades principais;principais responsabilidades;as suas funções;tarefas;"
     "descrição da função;principais atividades;"
     "twój zakres obowiązków;twoje obowiązki;główne zadania;zakres zadań;czym będziesz się "
     "zajmować;do twoich zadań będzie należeć;zadania na stanowisku;"
     "dina uppgifter;uppgifter;om rollen;rollen;ansvarsområden;huvudsakliga arbetsuppgifter;"
     "vad du kommer att göra;tjänsten;om jobbet;dina ansvarsområden;"
     "responsabilitățile tale;ce vei face;responsabilități principale;sarcini;"
     "principalele responsabilități;activități principale;rolul tău"},
    {CUE_H_BENEFITS, 0,
     "compensation & benefits;benefits offered;what we're offering;what we are offering;"
     "benefits;perks;perks and benefits;benefits and perks;what we offer;we offer;our offer;"
     "why join us;why us;what's in it for you;what is in it for you;our benefits;job benefits;"
     "compensation and benefits;what you get;what you'll get;you will get;why work with us;"
     "why work for us;why you'll love working here;employee benefits;benefits include;"
     "wir bieten;das bieten wir;unser angebot;was wir bieten;wir bieten ihnen;wir bieten dir;"
     "deine benefits;ihre vorteile;deine vorteile;nous offrons;nous proposons;avantages;"
     "ce que nous offrons;ofrecemos;qué ofrecemos;beneficios;se ofrece;wij bieden;"
     "wat bieden wij;arbeidsvoorwaarden;offriamo;cosa offriamo;benefícios;oferecemos;oferujemy;"
     "vi erbjuder;förmåner;beneficii;oferim;co oferujemy;zapewniamy;benefity;si offre;benefit;"
     "o que oferecemos;regalias;vi erbjuder dig;ce oferim;ce îți oferim;condições"},
    {CUE_H_BENEFITS, 0,
     "what do we offer;what do you get;what can we offer;what will you get;"
     "what we'll give you;what we will give you;what you can expect from us;what's on offer;what is on offer;the benefits;on offer;rewards;your benefits;"
     "what we can offer;what we can offer you;what we offer you;in return;in return we offer;"
     "what we have to offer;the package;benefits and rewards;salary and benefits;"
     "pay and benefits;package and benefits;the perks;"
     "das gibt's bei uns;das gibt es bei uns;das kriegst du;das bekommst du;das bekommen sie;"
     "das bieten wir dir;das bieten wir ihnen;was wir dir bieten;was wir ihnen bieten;"
     "darauf kannst du dich freuen;darauf können sie sich freuen;das erwartet dich bei uns;"
     "das spricht für uns;was uns ausmacht;deine vorteile bei uns;benefits für dich;freu dich auf;"
     "gute gründe für uns;wir bieten ihnen an;unsere benefits;unsere leistungen;unsere angebote;"
     "ce qu'on te propose;ce qu'on vous propose;ce que l'on te propose;ce qu'on t'offre;"
     "ce que tu trouveras;nous vous proposons;nous vous offrons;vos avantages;ce que nous vous offrons;"
     "ce que nous proposons;ce que nous vous proposons;les avantages;pourquoi nous rejoindre;"
     "on vous propose;rémunération et avantages;avantages sociaux;"
     "te ofrecemos;qué te ofrecemos;lo que ofrecemos;ventajas;condiciones;se ofrecen;"
     "beneficios sociales;por qué unirte;dit bieden wij;dit bieden we;wat bieden we;wij bieden jou;"
     "dit krijg je;wat krijg je;wat krijg jij;wat wij bieden;wat we bieden;dit mag je verwachten;"
     "ons aanbod;wat kun je verwachten;wat kan je van ons verwachten;"
     "cosa ti offriamo;ti offriamo;condizioni;cosa troverai;vantaggi;la nostra offerta;"
     "l'azienda offre;si offrono;o que temos para te oferecer;o que te oferecemos;"
     "oferece-se;temos para oferecer;benefícios oferecidos;o que oferecemos a ti;vantagens;"
     "oferta;oferujemy ci;co zyskujesz;co możemy ci zaoferować;to oferujemy;w zamian oferujemy;"
     "nasza oferta;dlaczego warto;vad vi erbjuder;detta erbjuder vi;detta erbjuder vi dig;"
     "våra förmåner;dina förmåner;hos oss får du;beneficiile tale;beneficii oferite;"
     "pachet de beneficii;ce beneficii ai;avantaje oferite;îți oferim"},
    {CUE_H_ABOUT, 0,
     "about;about us;about the company;who we are;our company;company description;our story;our mission;"
     "company overview;about our company;the company;our values;about the team;our culture;"
     "about our team;company profile;our team;meet the team;über uns;wir über uns;wer wir sind;"
     "unternehmen;das unternehmen;über das unternehmen;à propos;à propos de nous;qui "
     "sommes-nous;"
     "notre entreprise;l'entreprise;sobre nosotros;quiénes somos;la empresa;over ons;wie zijn wij;"
     "ons bedrijf;chi siamo;l'azienda;sobre nós;quem somos;a empresa;o nas;kim jesteśmy;om oss;"
     "despre noi;compania"},
    {CUE_H_ABOUT, 0,
     "who are we;the organisation;the organization;about the organisation;about the organization;"
     "our organisation;our client;about our client;about the trust;"
     "about the school;about the council;about the firm;"
     "wer sind wir;das sind wir;das unternehmen stellt sich vor;unser mandant;unser kunde;"
     "firmenprofil;unternehmensprofil;qui sommes nous;notre société;l'entreprise et l'équipe;"
     "présentation de l'entreprise;notre client;l'établissement;la société;"
     "nuestra empresa;sobre la empresa;nuestro cliente;sobre el equipo;"
     "wie zijn we;over het bedrijf;het bedrijf;de organisatie;onze opdrachtgever;over de "
     "organisatie;"
     "l'hotel;la nostra azienda;azienda;il nostro cliente;l'azienda cliente;la società;"
     "a nossa empresa;o nosso cliente;sobre a empresa;o firmie;o pracodawcy;nasz klient;"
     "nasza firma;om företaget;om arbetsplatsen;vilka är vi;om skolan;om verksamheten;"
     "cine suntem;compania noastră;clientul nostru;despre companie"},
    {CUE_H_LEGAL, 0,
     "an equal employment opportunity employer;equal opportunities statement;"
     "process de recrutement;processus de recrutement;proces rekrutacji;bewerbungsprozess;"
     "proceso de selección;processo di selezione;processo seletivo;rekryteringsprocessen;"
     "equal opportunity;equal employment opportunity;eeo statement;eeo;diversity statement;"
     "equal opportunities;equal opportunity employer;diversity and inclusion;privacy notice;"
     "diversity;reasonable accommodation;accommodations;data protection;datenschutz;"
     "disclaimer;legal notice;residency requirement;background check"},
    {CUE_H_BODY, 0,
     "notes;process notes;process note;selection process;where to apply;application deadline;"
     "notice;job details;contractual details;more details;"
     "executive profile;career overview;career focus;professional profile;executive summary;"
     "objective;professional summary;career objective;career summary;professional overview;"
     "accomplishments;core accomplishments;affiliations;professional affiliations;"
     "activities and honors;memberships;volunteer experience;community service;volunteering;"
     "about the role;about the job;about the position;job description;position description;"
     "job summary;summary;position summary;the opportunity;overview;role overview;job overview;"
     "location;salary;compensation;how to apply;to apply;apply now;contact;employment type;"
     "job type;hours;working hours;work location;start date;reports to;schedule;job title;"
     "application process;interview process;stellenbeschreibung;standort;bewerbung;kontakt;"
     "description du poste;descripción;descripción del puesto;functieomschrijving;candidature;"
     "date posted;location options;industry;company type;company size;role;experience level"},
    {CUE_H_SKILLS, 0,
     "core qualifications;core strengths;qualifications summary;summary of qualifications;"
     "key strengths;skills summary;professional skills;"
     "skill set;skillset;summary of skills;skill highlights;technical proficiencies;"
     "technical expertise;areas of expertise;core skills;technical summary;computer skills;"
     "it skills;software skills;expertise;programming languages;tools;tools and technologies;"
     "technology summary;technical environment;highlights;edv-kenntnisse;it-kenntnisse;"
     "compétences techniques;habilidades;aptitudes;vaardigheden;competenze;competências;"
     "umiejętności;kompetenser;competențe;"
     "languages;language skills;sprachen;sprachkenntnisse;langues;idiomas;talen;talenkennis;lingue;"
     "línguas;języki;języki obce;znajomość języków;språk;språkkunskaper;limbi străine"},
    {CUE_H_WORK, 0,
     "work experience;professional experience;employment history;work history;career history;"
     "experience;experience summary;professional background;employment;career;projects;project "
     "experience;"
     "relevant experience;career summary;berufserfahrung;beruflicher werdegang;"
     "expérience professionnelle;expériences professionnelles;experiencia profesional;"
     "experiencia laboral;werkervaring;esperienza professionale;esperienze lavorative;"
     "experiência profissional;doświadczenie zawodowe;arbetslivserfarenhet;"
     "experiență profesională"},
    {CUE_H_EDUCATION, 0,
     "education;education and training;academic background;academic qualifications;"
     "educational background;certifications;certificates;training;licenses and certifications;"
     "licenses;licences;licences and certificates;licenses and certificates;credentials;"
     "professional development;coursework;courses;ausbildung;bildung;studium;weiterbildung;"
     "formation;diplômes;formación;educación;opleiding;opleidingen;istruzione;formazione;"
     "formação;wykształcenie;utbildning;educație;studii"},
    {CUE_H_OTHER, 0,
     "hobbies;interests;hobbies and interests;references;personal interests;"
     "interessen;loisirs;centres d'intérêt;intereses;aficiones;hobby;"
     "interessi;zainteresowania;intressen;hobbyuri"},
    {CUE_H_EDUCATION, 0,
     "tickets;tickets and licences;tickets and cards;cards and tickets;cards;licences and tickets;"
     "qualifications and training;training and qualifications;qualifications and tickets;"
     "certificates and tickets;accreditations;professional qualifications;"
     "professional memberships;memberships;courses and certificates;certifications and training;"
     "certifications and licenses;training and certifications;qualifications and certifications;"
     "education and certifications;certification;licensure;licensure and certification;"
     "licenses & registrations;registrations;schulbildung;bildungsweg;akademischer werdegang;"
     "aus- und weiterbildung;zertifikate;fortbildungen;weiterbildungen;scheine;zeugnisse;"
     "formations;études;parcours académique;diplômes et formations;habilitations;"
     "certifications et habilitations;formación académica;estudios;formación complementaria;"
     "certificados;cursos;carnets;títulos;opleiding en cursussen;cursussen;certificaten;diploma's;"
     "scholing;titoli di studio;istruzione e formazione;corsi;certificazioni;attestati;"
     "abilitazioni;formação académica;formação acadêmica;certificações;educação;cursos e "
     "certificações;kursy;szkolenia;kursy i szkolenia;certyfikaty;uprawnienia;"
     "kursy i uprawnienia;uprawnienia i certyfikaty;edukacja;utbildningar;kurser;certifikat;"
     "utbildning och kurser;behörigheter;educație și formare;cursuri;certificări;"
     "studii și calificări;diplome;calificări și cursuri;awards;publications;publications and "
     "talks;honours and awards;honors and awards"},
    {CUE_H_WORK, 0,
     "experience and employment;positions held;employment record;previous employment;"
     "clinical experience;teaching experience;research experience;relevant work experience;"
     "professional appointments;appointments;academic appointments;industry experience;"
     "werdegang;praktische erfahrung;berufliche erfahrung;beruflicher hintergrund;"
     "berufspraxis;parcours professionnel;expériences;parcours;trayectoria profesional;"
     "trayectoria;experiencia;loopbaan;ervaring;arbeidsverleden;esperienze professionali;"
     "esperienze;esperienza;percurso profissional;experiência;przebieg kariery;doświadczenie;"
     "historia zatrudnienia;przebieg zatrudnienia;anställningar;erfarenhet;yrkeserfarenhet;"
     "tidigare anställningar;experiență;parcurs profesional;istoric profesional"},
    {CUE_H_SKILLS, 0,
     "competenze digitali;digitale kompetenzen;compétences numériques;competencias digitales;"
     "competências digitais;kompetencje cyfrowe;digital skills;datorvana;"
     "informatica;it-kompetenzen;fähigkeiten;kompetenzen;edv;sonstige kenntnisse;kenntnisse und fähigkeiten;"
     "besondere kenntnisse;fachkenntnisse;fremdsprachen;savoir-faire;savoir-être;informatique;"
     "logiciels;compétences informatiques;compétences et langues;compétences linguistiques;"
     "conocimientos;informática;conocimientos informáticos;competencias técnicas;"
     "computervaardigheden;competenties;kennis;capacità;conoscenze informatiche;"
     "competenze informatiche;competenze tecniche;conhecimentos;informática;línguas estrangeiras;"
     "kwalifikacje;języki obce i komputer;umiejętności techniczne;znajomość programów;"
     "färdigheter;datakunskaper;it-kunskaper;cunoștințe;abilități;aptitudini;"
     "competențe digitale;competențe lingvistice;"
     "professional skills;key competencies;skills & tools;technical stack;stack;skills summary;"
     "skills profile;it & software;"
     "skills and competencies;key skills and competencies;core expertise;software and tools"},
    {CUE_H_OTHER, 0,
     "referees on request;references on request;references available;references available on request;"
     "references available upon request;referees available on request;referees;hobbys;freizeit;interessen und hobbys;intérêts;hobby's;interesses;"
     "interessi personali;interesses pessoais;hobby i zainteresowania;intressen och fritid;fritid;"
     "referenser;pasiuni;referințe;referenzen;références;referencias;referenties;referenze;"
     "referências;referencje"},
    {CUE_H_BODY, 0,
     "personal details;personal information;personal data;persönliche daten;persönliches;divers;"
     "informations personnelles;datos personales;otros datos;persoonlijke gegevens;dati personali;"
     "dados pessoais;dane osobowe;personuppgifter;date personale;other information;"
     "additional information;sonstiges;otros;overig;altro;ulteriori informazioni;outros;"
     "informacje dodatkowe;inne;övrigt;altele;alte informații;informații personale"},
    {CUE_NICE, 0,
     "would also be useful;would also be beneficial;would also be an advantage;"
     "would also be advantageous;would also be desirable;would also be a plus;"
     "is also desirable;is also a plus;are also desirable;would also be helpful;"
     "will also be considered;"
     "would help;would be lovely;is lovely to have;but isn't essential;but not essential;but is not essential;"
     "not essential but;but not required;valorizamos;valorizam-se;dá-se preferência;preferência;será uma mais-valia;uma mais-valia;"
     "valorizado;valorizada;valoramos;se valora positivamente;valorado;se valorarán;"
     "se tendrá en cuenta;sería ideal;apprezziamo;apprezzata;apprezzato;apprezzate;apprezzati;"
     "nous apprécions;appréciez;serait apprécié;serait appréciée;seraient appréciés;"
     "constitue un atout;constitue un plus;est un atout;sont un plus;un avantage;est un avantage;"
     "freuen uns über;gern auch;vorzugsweise;bevorzugt;von vorteil ist;von vorteil sind;"
     "wünschen uns;optimalerweise;im idealfall;ist ein plus;sind ein plus;hilfreich;"
     "un atu;constituie un atu;een pre;is een pre;pre;liefst;het liefst;is fijn;mag ook;we waarderen;wenselijk;is wenselijk;bij voorkeur met;strekt tot aanbeveling;een voordeel;"
     "is een voordeel;een plus;docenimy;doceniamy;atutem będzie;będzie plusem;dodatkowy atut;"
     "mile widziane będą;będzie mile widziana;będzie mile widziane;wskazana;wskazane;"
     "vi ser gärna;vi ser positivt;ser vi positivt;det är bra om;ett stort plus;är ett plus;"
     "meriterande om;starkt meriterande;är en fördel;en fördel;apreciem;ar fi un plus;"
     "constituie un plus;apreciat;apreciată;este un avantaj;un plus îl reprezintă;de preferat;"
     "de preferință;preferabil cu;sarà un plus;rappresenta un plus;costituisce un vantaggio;"
     "è gradita;è gradito;sono gradite;gradite;graditi;gradita la conoscenza"},
    {CUE_NICE, 0,
     "a plus;is a plus;plus;big plus;huge plus;a bonus;nice to have;nice-to-have;preferred;"
     "preferably;ideally;an advantage;advantage;advantageous;desirable;desired;would be nice;"
     "is beneficial;beneficial;bonus points;a strong plus;an asset;optional;great if;"
     "bonus;not required but;helpful;good to have;"
     "von vorteil;wünschenswert;idealerweise;gerne auch;gerne mit;schön, wenn du;schön, wenn "
     "sie;super, wenn du;toll, wenn du;"
     "vorteilhaft;ein plus;"
     "un plus;un atout;souhaité;serait un plus;idéalement;se valorará;deseable;valorable;"
     "een pré;pré;pluspunt;gradita;gradito;un vantaggio;desejável;diferencial;"
     "mile widziana;mile widziane;meriterande;constituie un avantaj;un avantaj;"
     "mile widziany;mile widziani;będzie atutem;dodatkowym atutem;atutem;reprezintă un avantaj;"
     "reprezintă un plus;constituie avantaj;preferabil;är meriterande;ett plus;gärna;"
     "costituisce un plus;costituirà un plus;è un plus;preferibile;preferibilmente;"
     "titolo preferenziale;valoriza-se;será valorizado;mais-valia;preferencial;"
     "preferencialmente;é um plus;se valora;se valoran;será un plus;preferiblemente;deseables;"
     "apprécié;appréciée;appréciés;appréciées;est un plus;souhaitée;souhaités;"
     "gern gesehen;wäre schön;wünschenswerterweise;is een plus;mooi meegenomen;bij voorkeur;"
     "would be brilliant;would be lovely;would be amazing;would be awesome;would be fantastic;would be useful;"
     "would be helpful;would be beneficial;would be desirable;would be advantageous;is useful;"
     "appreciated;would be great;advantage but not required"},
    {CUE_MUST, 0,
     "must have;must;required;not optional;needed;is needed;are needed;is required;are required;"
     "mandatory;essential;need to have;"
     "is a must;you need;you must;necessary;prerequisite;"
     "zwingend;erforderlich;vorausgesetzt;wird vorausgesetzt;setzen wir voraus;muss;"
     "obligatoire;indispensable;exigé;impératif;imprescindible;necesario;obligatorio;vereist;"
     "noodzakelijk;must;obbligatorio;richiesto;indispensabile;obrigatório;wymagane;wymagana;"
     "krävs;ett krav;obligatoriu;wymagany;wymagane jest;konieczne;konieczna;konieczny;niezbędna;"
     "niezbędne;niezbędny;obligatorie;necesar;necesară;måste;är ett krav;obbligatoria;"
     "richiesta;necessaria;necessario;obrigatória;indispensável;imprescindível;"
     "se requiere;requerido;obligatoria;exigée;requise;requis"},
    {CUE_NOT, 0,
     "nu este necesar;nu este necesară;nu sunt necesare;nu e necesar;nu e necesară;nu se cere;"
     "nu se solicită;nu necesită;no se necesita;no se precisa;no necesitas;no requiere;"
     "no se exige;no exigimos;non si richiede;non si richiedono;não se exige;não é exigida;"
     "não é exigido;não precisas de;não é necessária;não são necessários;"
     "nie jest wymagana znajomość;nie jest wymagane;nie jest wymagana;nie jest konieczna;"
     "nie jest konieczne;nie są wymagane;nie oczekujemy;inget krav på;inga krav på;"
     "krävs ingen;krävs inga;det krävs ingen;du behöver inte;n'est pas nécessaire;"
     "pas nécessaire de;pas obligé de;nul besoin;aucune connaissance;aucune expérience;aucun;"
     "aucune;ningún;ninguna;nessuna;nessun;nenhum;nenhuma;żadnej;żadnego;niciun;nicio;"
     "je hoeft geen;hoeft geen;niet vereist is;nicht erforderlich sind;nicht notwendig ist;"
     "nicht nötig sind"},
    {CUE_NOT, 0,
     "no;not;without;don't need;do not need;no need for;you don't need;you do not need;"
     "rather than;instead of;except;except for;excluding;other than;not looking for;"
     "only read about;read about;read of;only heard of;heard of;heard about;books about;never "
     "used;never worked with;never touched;"
     "would like to learn;like to learn;want to learn;wants to learn;hope to learn;"
     "never;neither;nor;non;lack of;no experience with;no experience in;no knowledge of;"
     "migrating away from;moving away from;kein;keine;keinen;nicht;ohne;pas de;sans;sin;"
     "no se requiere;"
     "geen;zonder;senza;sem;bez;ingen;utan;fără;don't know;do not know;no idea of;"
     "migrating off;moving off;getting rid of;moving away;migrate off;phasing out;"
     "pas besoin d;nu este obligatorie;nu este obligatoriu;nu sunt obligatorii;no es obligatorio;"
     "no es imprescindible;non è obbligatorio;non è obbligatoria;non è indispensabile;"
     "não é obrigatório;não é indispensável;n'est pas obligatoire;nie jest obowiązkowa;"
     "är inget krav;is niet verplicht;"
     "weder;ni tener;ni saber;ni conocer;ni conocimientos;ni experiencia;ni el;ni la;ni de;ni le;"
     "ni expérience;ni maîtrise;noch kennis;noch ervaring;né;nem;ani znajomości;ani doświadczenia;"
     "ani znajomość;nici;"
     "unlike;moved away from;move away from;moved off;migrated away from;migrate away from;"
     "don't have to know;do not have to know;need not know;no need to know;"
     "keinerlei;pas besoin de;inutile de;no hace falta;no es necesario;nie wymagamy;nie trzeba;"
     "non serve;non occorre;non è richiesta;non è richiesto;non è necessaria;non è necessario;"
     "inte;behöver inte;não é necessário;não é preciso;não exigimos;não precisa de;"
     "nu este nevoie de;nu e nevoie de;nu trebuie;nu cerem;"
     "nobody;no one;verzichten auf;verzichtet auf;prescindimos de;renonçons à;"
     "don't;doesn't;no longer;gave up;given up;gave up on;got rid of;stopped using;"
     "said goodbye to;goodbye to;niet;nie;não;nu;exige pas;exigeons pas;demande pas;demandons pas;"
     "utilise pas;utilisons pas;requiert pas;faut pas"},
    {CUE_NOT_AFTER, 0,
     "not required;not needed;not necessary;is not required;is not needed;is not necessary;"
     "not essential;is not a requirement;but never used;but never worked with;only from books;"
     "only from a distance;only by name;was my grandfather's;was my father's;was my mother's;"
     "is my father's;is my mother's;is my brother's;is my sister's;are not required;not mandatory;"
     "no requerido;no requerida;no obligatorio;nicht notwendig;não requerido;niewymagany;"
     "isn't required;isn't necessary;isn't needed;isn't essential;isn't mandatory;aren't required;"
     "aren't needed;aren't necessary;isn't a must;isn't a requirement;"
     "nicht erforderlich;nicht notwendig;nicht zwingend;pas nécessaire;non requis;no necesario;"
     "niet vereist;non richiesto;não necessário;nie wymagane;ej krav;"
     "was replaced by;were replaced by;has been replaced by;have been replaced by;is replaced by;"
     "is being replaced;is being phased out;was phased out;are being phased out;being phased out;"
     "is a thing of the past;not a must;is no must;irrelevant;is irrelevant;are irrelevant;"
     "would be wasted;is not our thing;is not used here;is not used;isn't used;are not used;is gone;are gone;is history;was retired;has been retired;was dropped;not "
     "wanted;"
     "müssen sie nicht können;musst du nicht können;brauchen sie nicht;brauchst du nicht;"
     "brauchen wir nicht;nicht nötig;kein muss;keine voraussetzung;pas exigé;pas exigée;"
     "pas indispensable;n'est pas requis;n'est pas requise;no es necesario;no se requiere;"
     "no es imprescindible;no imprescindible;niet nodig;niet noodzakelijk;geen vereiste;hoeft niet;"
     "non richiesta;non necessario;non necessaria;não é necessário;não é obrigatório;"
     "nie jest wymagana;nie jest wymagane;nie jest wymagany;nie jest konieczna;nie jest konieczne;"
     "nie jest potrzebna;nie jest potrzebne;niewymagana;niewymagane;nie wymagana;"
     "krävs inte;krävs ej;inget krav;inte ett krav;behövs inte;behövs ej;"
     "nu este necesar;nu este necesară;nu este obligatoriu;nu este obligatorie;nu sunt necesare"},
    {CUE_USE, 0,
     "experience with;experience in;experience of;experience using;experienced with;experienced in;"
     "knowledge of;knowledge in;working knowledge of;proficiency in;proficiency with;proficient in;"
     "proficient with;proficient at;skilled in;skilled with;expertise in;expertise with;expert in;"
     "familiar with;familiarity with;fluent in;fluency in;competent in;competency in;"
     "understanding of;background in;exposure to;using;use of;hands on with;"
     "hands-on experience with;"
     "worked with;working with;programming in;developing in;written in;rewritten in;rewriting "
     "in;rewrite in;ported to;port to;"
     "implemented in;code in;coding in;"
     "built with;"
     "built in;developed in;written using;developed using;certified in;trained in;strong in;"
     "comfortable with;ability to use;command of;mastery of;skills in;training in;"
     "developers with;a bit of;good grip of;grip of;programmed in;program in;languages like;"
     "languages such as;tools like;"
     "tools such as;frameworks like;technologies like;technologies such as;such as;"
     "erfahrung mit;erfahrung in;erfahrungen mit;erfahrungen in;kenntnisse in;kenntnissen in;"
     "kenntnisse der;umgang mit;programmierung in;"
     "expérience en;expérience avec;maîtrise de;connaissance de;connaissances en;"
     "experiencia con;experiencia en;conocimientos de;dominio de;manejo de;ervaring met;kennis van;"
     "esperienza con;esperienza in;conoscenza di;experiência com;experiência em;conhecimento de;"
     "conhecimentos em;conhecimentos de;domínio de;doświadczenie w;doświadczenie z;"
     "doświadczenia w;znajomość;znajomości;obsługa;obsługi;erfarenhet av;erfarenhet inom;"
     "kunskaper i;vana av;experiență cu;"
     "experiență în;cunoștințe de"},
    {CUE_USE_AFTER, 0,
     "developer;developers;development;programming;programmer;programmers;engineer;engineers;"
     "programming language;language;framework;frameworks;library;libraries;stack;backend;back end;"
     "frontend;front end;code;codebase;coding;applications;application;app;apps;project;projects;"
     "server;application development;api;services;"
     "microservices;scripting;scripts;modules;administrator;certification;certified;admin;"
     "consultant;module;skills;experience;knowledge;proficiency;expert;specialist;plugins;plugin;"
     "methodology;methodologies;framework;environment;tools;ecosystem;or other;or similar;"
     "or equivalent;and similar;software;database;databases;"
     "entwickler;entwicklung;programmierung;kenntnisse;erfahrung;développeur;desarrollador;"
     "ontwikkelaar;sviluppatore;desenvolvedor;programista;utvecklare"},
    {CUE_BASIC, 0,
     "grundlagen;a little;a bit of;uso base;uso base di;grundlegende kenntnisse;grundlegende;basiskenntnisse;erste erfahrung;"
     "erste erfahrungen;erste kenntnisse;erste berührungspunkte;notions en;connaissances de base;"
     "bases de;bases en;premières connaissances;conocimiento básico;conocimientos básicos de;"
     "nociones básicas;nivel básico;usuario básico;basis kennis;enige kennis;enige ervaring;"
     "eerste ervaring;conoscenze base;conoscenza base;nozioni di;livello base;noções de;"
     "conhecimentos de base;noções básicas;nível básico;podstawy;podstawowe;podstawowej;"
     "podstawową;grundläggande kunskaper;viss erfarenhet;viss kunskap;cunoștințe elementare;"
     "nivel începător;noțiuni de;noțiuni de bază"},
    {CUE_BASIC, 0,
     "basic;basics;basic knowledge;basic understanding;beginner;familiarity with;familiar with;"
     "exposure to;"
     "some experience;awareness of;fundamental;novice;grundkenntnisse;basiskennis;notions de;"
     "conocimientos básicos;podstawowa;podstawowa znajomość;conoscenza di base;"
     "conoscenze di base;"
     "conhecimentos básicos;grundläggande;cunoștințe de bază;nociones de;basiskennis van"},
    {CUE_WORKING, 0,
     "good command;good working knowledge;sound knowledge;gute kenntnisse in;guter umgang;"
     "bonne connaissance;bonne maîtrise;buen conocimiento;buen manejo;buen dominio;"
     "nivel medio;nivel intermedio;goede beheersing;ruime ervaring;buona padronanza;"
     "buone conoscenze;livello intermedio;bom conhecimento;bom domínio;nível intermédio;"
     "dobrej znajomości;dobrą znajomość;dobrą znajomością;god kunskap;god vana;god kännedom;"
     "bună cunoaștere;bune cunoștințe de;nivel mediu"},
    {CUE_WORKING, 0,
     "working knowledge;working knowledge of;solid;good knowledge;solid understanding;good "
     "understanding;competent;"
     "intermediate;hands-on experience;practical experience;gute kenntnisse;solide kenntnisse;"
     "bonnes connaissances;goede kennis;buoni;buona conoscenza;bons conhecimentos;"
     "dobra znajomość;"
     "goda kunskaper;bune cunoștințe;buenos conocimientos"},
    {CUE_ADVANCED, 0,
     "avancerad;avancerad nivå;sehr gut;sehr gute kenntnisse;vertiefte;vertiefte kenntnisse;fundierte kenntnisse;tiefgehende;"
     "tiefes verständnis;umfassende;umfassende kenntnisse;ausgeprägte;sehr guter umgang;"
     "fortgeschrittene;fortgeschrittene kenntnisse;fundiertes;"
     "très bonne connaissance;très bonne maîtrise;excellente maîtrise;parfaite maîtrise;"
     "connaissances approfondies;connaissance approfondie;solides connaissances;solide maîtrise;"
     "conocimientos avanzados;conocimiento avanzado;nivel avanzado;dominio avanzado;"
     "conocimientos sólidos;sólidos conocimientos;amplios conocimientos;amplia experiencia;"
     "diepgaande kennis;uitstekende kennis;gedegen kennis;gevorderde kennis;zeer goede kennis;"
     "conoscenza avanzata;conoscenze avanzate;ottime conoscenze;ottima padronanza;"
     "approfondita conoscenza;conoscenza approfondita;livello avanzato;"
     "conhecimentos avançados;conhecimento avançado;nível avançado;sólidos conhecimentos;"
     "domínio avançado;bardzo dobrej znajomości;bardzo dobrą znajomość;bardzo dobrą znajomością;"
     "zaawansowana znajomość;zaawansowana;zaawansowane;biegła znajomość;biegłej znajomości;"
     "doskonała znajomość;djup kunskap;djupa kunskaper;"
     "mycket god kunskap;mycket god vana;avancerade kunskaper;gedigen kunskap;gedigen erfarenhet;"
     "cunoștințe avansate;cunoștințe solide;foarte bună cunoaștere;nivel avansat;"
     "avansate de;cunoștințe aprofundate"},
    {CUE_ADVANCED, 0,
     "advanced;strong;strong in;strong knowledge;proficient;proficient in;proficient "
     "with;proficient at;proficiency;"
     "proficiency in;proficiency with;in-depth;deep knowledge;excellent;"
     "extensive;deep understanding;thorough;very good;sehr gute;fundierte;avancé;avanzado;"
     "excellente;gedegen;ottima conoscenza;bardzo dobra znajomość;mycket goda kunskaper;"
     "foarte bune cunoștințe;excelentes conhecimentos;avanzati;avançado"},
    {CUE_EXPERT, 0,
     "expertenwissen;niveau expert;nivel experto;expertniveau;livello esperto;nível especialista;"
     "poziom ekspercki;ekspercka znajomość;expertnivå;nivel expert"},
    {CUE_EXPERT, 0,
     "expert;expertise;expert in;expertise in;expertise with;expert level;expert "
     "knowledge;mastery;guru;master of;expertenkenntnisse;"
     "experte;maîtrise parfaite;dominio;ekspercka"},
    {CUE_IN_BENEFIT, 0,
     "health insurance;dental insurance;dental cover;dental coverage;dental plan;dental care plan;"
     "dental and vision;dental vision;medical dental;medical and dental;health and dental;"
     "401k;401 k;paid time off;pto;vacation days;annual leave;bank holidays;"
     "pension scheme;pension plan;pension contribution;pension contributions;company pension;"
     "workplace pension;private pension;pension match;plus pension;and pension;holiday pension;"
     "in return we;in return you;in exchange we;"
     "gym membership;free lunch;free snacks;stock options;bonus scheme;"
     "life insurance;parental leave;cycle to work;ride to work;language courses;language classes;"
     "learning budget;training budget;company car;home office budget;flexible hours;"
     "paid holidays;childcare vouchers;season ticket loan;share scheme;urlaubstage;"
     "betriebliche altersvorsorge;jobticket;firmenwagen;tickets restaurant;mutuelle;"
     "sprachkurse;obstkorb;pensioenregeling;friskvårdsbidrag"},
    {CUE_IN_ASKED, 0,
     "subject to a dbs;subject to an enhanced;subject to dbs;subject to enhanced;"
     "subject to a satisfactory;applicants must;candidates must;you must hold;you must have;"
     "must hold a;must possess;this post requires;this role requires;this position requires;"
     "the post requires;ska uppvisas"},
    {CUE_IN_APPLY, 0,
     "send your cv;send your application;send your resume;email your cv;email your resume;"
     "submit your cv;submit your application;submit your resume;send us your cv;send us your resume;"
     "ihre bewerbung an;deine bewerbung an;senden sie ihre bewerbung;bewirb dich;enviar cv;"
     "envía tu cv;envíanos tu cv;envoyez votre cv;merci d'envoyer;adressez votre cv;stuur je cv;"
     "stuur je motivatie;inviare cv;invia il tuo cv;inviare il cv;envia o teu cv;envie o seu cv;"
     "prosimy o przesłanie cv;wyślij cv;prosimy o przesyłanie;skicka din ansökan;trimite cv;"
     "trimiteți cv;cv-urile se trimit"},
    {CUE_SEEKS, 0,
     "we are looking for;we're looking for;we are seeking;we're seeking;we are hiring;we're hiring;"
     "we are recruiting;we are now looking for;we are currently looking for;"
     "we are currently seeking;we are currently recruiting;we now need;we are now recruiting;"
     "we have an opportunity for;an opportunity has arisen;as part of our growth;"
     "to strengthen our team;wir suchen;suchen wir;nous recherchons;nous cherchons;on recherche;"
     "nous recrutons;buscamos;estamos buscando;seleccionamos;precisamos;necesitamos;se busca;"
     "wij zoeken;we zoeken;zijn wij op zoek naar;zijn we op zoek naar;cerchiamo;stiamo cercando;"
     "ricerchiamo;siamo alla ricerca di;estamos à procura de;procuramos;estamos a recrutar;"
     "recrutamos;szukamy;poszukujemy;obecnie szukamy;vi söker;söker vi;nu söker vi;căutăm;"
     "angajăm;recrutăm"},
    {CUE_OTHERS, 0,
     "reports to;reporting to;report to;line manager;responsible to;"
     "melde dich bei;melden sie sich bei;wenden sie sich an;kontaktieren sie;neem contact op met;"
     "contactez;contacta con;contattare;skontaktuj się z;kontakta;contactează;berichten an;berichtest an;berichten direkt an;berichtest direkt an;berichten sie an;"
     "unterstellt;unter der leitung;unterstehst;unterstehen;in zusammenarbeit mit;"
     "zusammenarbeit mit;in enger abstimmung mit;in abstimmung mit;abstimmung mit;eng mit;"
     "arbeitest mit;arbeiten mit dem;arbeiten mit der;arbeiten mit den;schnittstelle zu;"
     "schnittstelle zwischen;ansprechpartner für;"
     "rattaché;rattachée;rattaché à;rattachée à;rattaché au;rattachée au;rattaché e à;rattaché e "
     "au;"
     "rattaché aux;sous la responsabilité;sous la direction;sous l'autorité;sous la supervision;"
     "en lien avec;en lien direct avec;en collaboration avec;en étroite collaboration avec;"
     "vous reportez à;vous reportez au;reportant à;reportant au;aux côtés;en relation avec;"
     "en coordination avec;"
     "dependerás;dependerá;dependiendo;reportarás;reportará;reportando;bajo la supervisión;"
     "bajo la dirección;en colaboración con;en coordinación con;colaborarás con;"
     "colaborar con;colaboración con;coordinación con;a las órdenes;"
     "rapporteer je aan;je rapporteert aan;rapporteert aan;onder leiding van;"
     "in samenwerking met;samenwerking met;je werkt samen met;werkt nauw samen met;"
     "werk je samen met;"
     "alle dipendenze;a riporto;riporterà;riporterai;riportando;risponderà;"
     "sotto la supervisione;sotto la guida;in collaborazione con;collaborazione con;"
     "a stretto contatto con;collaborerà con;collaborerai con;a supporto;a diretto riporto;"
     "reportando ao;reporta ao;reportarás ao;reportar ao;reportando à;reporta à;sob a supervisão;"
     "sob a orientação;em colaboração com;em articulação com;colaboração com;"
     "raportowanie do;raportujesz do;raportuje do;podlega;podlegać;pod nadzorem;"
     "we współpracy z;współpraca z;współpracy z;bliska współpraca z;"
     "du rapporterar till;rapporterar till;rapporterar du till;i samarbete med;i nära samarbete "
     "med;samarbetar med;samarbetar du med;tillsammans med;"
     "raportezi către;raportează către;vei raporta către;raportare către;în subordinea;"
     "în colaborare cu;colaborezi cu;vei colabora cu;colaborarea cu;sub coordonarea"},
    {CUE_IN_LEGAL, 0,
     "without regard to;equal opportunity employer;we use e-verify;uses e-verify;"
     "acts as an employment;acting as an employment;employment agency in relation;participates in e-verify;participate in e-verify;e-verify employer;sexual orientation;gender identity;"
     "protected veteran;veteran status;national origin;reasonable accommodation;"
     "affirmative action;marital status;all qualified applicants;discriminate;discrimination;"
     "our hiring process;our interview process;our recruitment process;eeo guidelines;"
     "unsolicited resumes;unsolicited cvs;unsolicited applications;"
     "criminal history;background check;schwerbehinderte;geschlecht;handicap"},
    {CUE_IN_ABOUT, 0,
     "i also have;"
     "family-owned;family-run;family owned and operated;is a family;"
     "founded in;our customers;our clients include;was founded;years of history;market leader;"
     "leading provider;world leader;we are a leading;is a leading;headquartered in;"
     "is one of the largest;is one of the leading;fortune 500;series a;series b"},
};

const struct cue_row *cue_row(size_t i)
{
    const size_t n = sizeof cues / sizeof *cues;
    if (i < n)
        return &cues[i];
    return i - n < jm_fact_cues_count ? &jm_fact_cues[i - n] : NULL;
}

size_t cue_phrases_bytes(const struct cue_row *row)
{
    size_t all = strlen(row->phrases);
#ifdef JM_FUZZ
    size_t few = 0;
    for (unsigned n = 0; n < 4 && few < all; n++)
        few += strcspn(row->phrases + few, ";") + 1;
    all = few < all ? few : all;
#endif
    return all;
}

bool cue_known(uint32_t owner)
{
    const struct cue_row *row;
    for (size_t i = 0; (row = cue_row(i)); i++)
        if (cue_owner(row) == owner)
            return true;
    return false;
}

static int add_row(struct dict_draft *d, const struct cue_row *row, struct jm_err *err)
{
    const char *end = row->phrases + cue_phrases_bytes(row);
    for (const char *p = row->phrases; p < end;) {
        size_t n = strcspn(p, ";");
        uint8_t flags = SURF_CUE | (*p == '/' ? SURF_SIGN : 0);
        struct raw_surface s = {.owner = cue_owner(row), .flags = flags};
        s.text = jm_arena_strndup(&d->strings, p, n);
        if (!s.text)
            return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
        if (!draft_add_surface(d, s, err))
            return -1;
        p += p[n] ? n + 1 : n;
    }
    return 0;
}

int cues_add(struct dict_draft *d, struct jm_err *err)
{
    const struct cue_row *row;
    for (size_t i = 0; (row = cue_row(i)); i++)
        if (add_row(d, row, err))
            return -1;
    return 0;
}
